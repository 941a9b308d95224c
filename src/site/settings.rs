//! The cluster's configuration (`qconf -sconf`) and the scheduler's (`-ssconf`): names, order and Grid Engine's defaults
//! (compat/captures/qconf-sconf.txt, qconf-ssconf.txt). They are shown; what gridshim acts on has a key of its own in site.toml.

use super::Site;

/// Attributes of the global configuration with their defaults.
pub const CONFIGURATION: &[(&str, &str)] = &[
    ("execd_spool_dir", "/var/spool/gridengine/execd"),
    ("mailer", "/usr/bin/mail"),
    ("xterm", "/usr/bin/xterm"),
    ("load_sensor", "none"),
    ("prolog", "none"),
    ("epilog", "none"),
    ("shell_start_mode", "posix_compliant"),
    ("login_shells", "bash,sh,ksh,csh,tcsh"),
    ("min_uid", "0"),
    ("min_gid", "0"),
    ("user_lists", "none"),
    ("xuser_lists", "none"),
    ("projects", "none"),
    ("xprojects", "none"),
    ("enforce_project", "false"),
    ("enforce_user", "auto"),
    ("load_report_time", "00:00:40"),
    ("max_unheard", "00:05:00"),
    ("reschedule_unknown", "00:00:00"),
    ("loglevel", "log_warning"),
    ("administrator_mail", "root"),
    ("set_token_cmd", "none"),
    ("pag_cmd", "none"),
    ("token_extend_time", "none"),
    ("shepherd_cmd", "none"),
    ("qmaster_params", "none"),
    ("execd_params", "none"),
    ("reporting_params", "accounting=true reporting=false flush_time=00:00:15 joblog=false sharelog=00:00:00"),
    ("finished_jobs", "100"),
    ("gid_range", "65400-65500"),
    ("qlogin_command", "builtin"),
    ("qlogin_daemon", "builtin"),
    ("rlogin_command", "builtin"),
    ("rlogin_daemon", "builtin"),
    ("rsh_command", "builtin"),
    ("rsh_daemon", "builtin"),
    ("max_aj_instances", "2000"),
    (MAX_ARRAY_TASKS, "75000"),
    ("max_u_jobs", "0"),
    ("max_jobs", "0"),
    ("auto_user_oticket", "0"),
    ("auto_user_fshare", "0"),
    ("auto_user_default_project", "none"),
    ("auto_user_delete_time", "86400"),
    ("delegated_file_staging", "false"),
    ("reprioritize", "0"),
    ("jsv_url", "none"),
    ("jsv_allowed_mod", "ac,h,i,e,o,j,M,N,p,w"),
];

/// The one attribute that is `max_array_tasks` in site.toml.
pub const MAX_ARRAY_TASKS: &str = "max_aj_tasks";

/// Attributes of the scheduler's configuration with their defaults.
pub const SCHEDULER: &[(&str, &str)] = &[
    ("algorithm", "default"),
    ("schedule_interval", "0:0:15"),
    ("maxujobs", "0"),
    ("queue_sort_method", "load"),
    ("job_load_adjustments", "np_load_avg=0.50"),
    ("load_adjustment_decay_time", "0:7:30"),
    ("load_formula", "np_load_avg"),
    ("schedd_job_info", "true"),
    ("flush_submit_sec", "0"),
    ("flush_finish_sec", "0"),
    ("params", "none"),
    ("reprioritize_interval", "0:0:0"),
    ("halftime", "168"),
    ("usage_weight_list", "cpu=1.000000,mem=0.000000,io=0.000000"),
    ("compensation_factor", "5.000000"),
    ("weight_user", "0.250000"),
    ("weight_project", "0.250000"),
    ("weight_department", "0.250000"),
    ("weight_job", "0.250000"),
    ("weight_tickets_functional", "0"),
    ("weight_tickets_share", "0"),
    ("share_override_tickets", "TRUE"),
    ("share_functional_shares", "TRUE"),
    ("max_functional_jobs_to_schedule", "200"),
    ("report_pjob_tickets", "TRUE"),
    ("max_pending_tasks_per_job", "50"),
    ("halflife_decay_list", "none"),
    ("policy_hierarchy", "OFS"),
    ("weight_ticket", "0.500000"),
    ("weight_waiting_time", "0.278000"),
    ("weight_deadline", "3600000.000000"),
    ("weight_urgency", "0.500000"),
    ("weight_priority", "0.000000"),
    ("max_reservation", "0"),
    ("default_duration", "INFINITY"),
];

impl Site {
    /// An attribute of the global configuration.
    pub fn configuration(&self, name: &str) -> Option<String> {
        let (_, default) = CONFIGURATION.iter().find(|(known, _)| *known == name)?;
        if name == MAX_ARRAY_TASKS {
            return Some(self.max_array_tasks.to_string());
        }
        Some(self.configuration.get(name).map_or_else(|| (*default).to_string(), String::clone))
    }

    /// An attribute of the scheduler's configuration.
    pub fn scheduler(&self, name: &str) -> Option<&str> {
        let (_, default) = SCHEDULER.iter().find(|(known, _)| *known == name)?;
        Some(self.scheduler.get(name).map_or(default, String::as_str))
    }
}
