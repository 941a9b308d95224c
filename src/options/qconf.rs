//! qconf's options: what shows the configuration, and what would change it. The configuration is site.toml, so that the latter are
//! known, refused to a manager with the place to edit, and denied to everybody else in Grid Engine's words.

mod parse;

pub use parse::{Parsed, Step, parse};

use super::{Again, Fate, Row, Table, Value, refused};

/// qconf's table.
pub static TABLE: Table<Vec<Step>> = Table { command: "qconf", rows: ROWS };

/// A missing word brings the usage.
const MISSING: &str = "";
const WORD: Value = Value::One(MISSING);
/// A missing file does not.
const FILE: Value = Value::One("no file argument given");

const NO_DAEMONS: &str = "there is no qmaster: the controller is a Deployment of the cluster";
const NO_SHARE_TREE: &str = "there is no share tree";

const fn shows(name: &'static str, value: Value, takes: &'static str, help: &'static str) -> Row<Vec<Step>> {
    Row {
        name,
        value,
        again: Again::Quiet,
        fate: Fate::Does,
        takes,
        help,
        apply: |steps, given| {
            steps.push(Step { name: given.name, words: given.words.to_vec(), refusal: None });
            Ok(())
        },
    }
}

macro_rules! change {
    ($name:expr, $value:expr, $takes:expr, $help:expr, $where:expr) => {
        refused($name, $value, $takes, $help, concat!("the configuration is site.toml: edit ", $where, " there"))
    };
}

static ROWS: &[Row<Vec<Step>>] = &[
    change!("-Aattr", WORD, "obj_nm fname obj_id_list", "add to a list attribute of an object", "the table of the object"),
    change!("-aattr", WORD, "obj_nm attr_nm val obj_id_list", "add to a list attribute of an object", "the table of the object"),
    change!("-Acal", WORD, "fname", "add a new calendar from file", "[[calendar]]"),
    change!("-acal", Value::Maybe, "calendar_name", "add a new calendar", "[[calendar]]"),
    change!("-Ackpt", WORD, "fname", "add a checkpointing interface definition from file", "[[checkpointing_environment]]"),
    change!("-ackpt", Value::Maybe, "ckpt_name", "add a checkpointing interface definition", "[[checkpointing_environment]]"),
    change!("-Aconf", Value::Maybe, "file_list", "add configurations from file_list", "[configuration]"),
    change!("-aconf", Value::Maybe, "host_list", "add configurations", "[configuration]"),
    change!("-Ae", WORD, "fname", "add an exec host from file", "[[host]]"),
    change!("-ae", Value::Maybe, "[exec_server_template]", "add an exec host using a template", "[[host]]"),
    change!("-ah", WORD, "hostname_list", "add an administrative host", "admin_hosts"),
    change!("-Ahgrp", FILE, "file", "add new host group entry from file", "[[host_group]]"),
    change!("-ahgrp", Value::Maybe, "group", "add new host group entry", "[[host_group]]"),
    change!("-am", WORD, "user_list", "add user to manager list", "managers"),
    change!("-ao", WORD, "user_list", "add user to operator list", "operators"),
    change!("-Ap", WORD, "fname", "add a new parallel environment from file", "[[parallel_environment]]"),
    change!("-ap", Value::Maybe, "pe-name", "add a new parallel environment", "[[parallel_environment]]"),
    change!("-Aprj", FILE, "fname", "add project from file", "[[project]]"),
    change!("-aprj", Value::Maybe, "[project]", "add project", "[[project]]"),
    change!("-Aq", Value::Maybe, "fname", "add a queue from file", "[[queue]]"),
    change!("-aq", Value::Maybe, "[queue_name]", "add a new cluster queue", "[[queue]]"),
    change!("-Arqs", FILE, "fname", "add resource quota set(s) from file", "[[resource_quota_set]]"),
    change!("-arqs", Value::Maybe, "[rqs_list]", "add resource quota set(s)", "[[resource_quota_set]]"),
    change!("-as", WORD, "hostname_list", "add a submit host", "submit_hosts"),
    refused("-astnode", WORD, "node_shares_list", "add sharetree node(s)", NO_SHARE_TREE),
    refused("-Astree", WORD, "fname", "create/modify the sharetree from file", NO_SHARE_TREE),
    refused("-astree", Value::None, "", "create/modify the sharetree", NO_SHARE_TREE),
    refused("-at", WORD, "thread_name", "add/start qmaster thread", NO_DAEMONS),
    change!("-Au", FILE, "fname", "add userset from file", "[[user_list]]"),
    change!("-au", Value::Two(MISSING, MISSING), "user_list listname_list", "add user(s) to userset list(s)", "[[user_list]]"),
    change!("-Auser", FILE, "fname", "add user from file", "[[user]]"),
    change!("-auser", Value::None, "", "add user", "[[user]]"),
    refused("-clearusage", Value::Maybe, "[user_list]", "clear sharetree usage for user_list or all users/projects", NO_SHARE_TREE),
    refused("-cq", WORD, "wc_queue_list", "clean queue", "a queue keeps no jobs of its own: qdel deletes jobs"),
    change!("-Dattr", WORD, "obj_nm fname obj_id_list", "delete from a list attribute of an object", "the table of the object"),
    change!("-dattr", WORD, "obj_nm attr_nm val obj_id_list", "delete from a list attribute of an object", "the table of the object"),
    change!("-dcal", WORD, "calendar_name", "delete calendar", "[[calendar]]"),
    change!("-dckpt", WORD, "ckpt_name", "delete checkpointing interface definition", "[[checkpointing_environment]]"),
    change!(
        "-dconf",
        Value::One("Need hostname to delete local configuration"),
        "host_list",
        "delete local configurations",
        "[configuration]"
    ),
    change!("-de", WORD, "host_list", "delete exec host", "[[host]]"),
    change!("-dh", WORD, "host_list", "delete administrative host", "admin_hosts"),
    change!("-dhgrp", WORD, "group", "delete host group entry", "[[host_group]]"),
    change!("-dm", WORD, "user_list", "delete user from manager list", "managers"),
    change!("-do", WORD, "user_list", "delete user from operator list", "operators"),
    change!("-dp", WORD, "pe-name", "delete parallel environment", "[[parallel_environment]]"),
    change!("-dprj", WORD, "project_list", "delete project", "[[project]]"),
    change!("-dq", WORD, "wc_queue_list", "delete queue", "[[queue]]"),
    change!("-drqs", WORD, "rqs_list", "delete resource quota set(s)", "[[resource_quota_set]]"),
    change!("-ds", WORD, "host_list", "delete submit host", "submit_hosts"),
    refused("-dstnode", WORD, "node_list", "delete sharetree node(s)", NO_SHARE_TREE),
    refused("-dstree", Value::None, "", "delete the sharetree", NO_SHARE_TREE),
    change!("-du", Value::Two(MISSING, MISSING), "user_list listname_list", "delete user(s) from userset list(s)", "[[user_list]]"),
    change!("-dul", WORD, "listname_list", "delete userset list(s) completely", "[[user_list]]"),
    change!("-duser", WORD, "user_list", "delete user(s)", "[[user]]"),
    shows("-help", Value::None, "", "print this help"),
    refused("-ke", WORD, "host_list", "shutdown execution daemon(s)", "hosts are nodes of the cluster: kubectl drain NODE"),
    refused("-kec", WORD, "evid_list", "kill event client", NO_DAEMONS),
    refused("-kej", WORD, "host_list", "shutdown execution daemon(s) and their jobs", "hosts are nodes of the cluster: kubectl drain NODE"),
    refused("-km", Value::None, "", "shutdown master", NO_DAEMONS),
    refused("-ks", Value::None, "", "shutdown scheduling thread", NO_DAEMONS),
    refused("-kt", WORD, "thread_name", "kill qmaster thread", NO_DAEMONS),
    change!(
        "-Mattr",
        WORD,
        "obj_nm fname obj_id_list",
        "modify an attribute (or element in a sublist) of an object",
        "the table of the object"
    ),
    change!(
        "-mattr",
        WORD,
        "obj_nm attr_nm val obj_id_list",
        "modify an attribute (or element in a sublist) of an object",
        "the table of the object"
    ),
    change!("-Mc", FILE, "fname", "modify complex attributes from file", "[[complex]]"),
    change!("-mc", Value::None, "", "modify complex attributes", "[[complex]]"),
    change!("-Mcal", WORD, "fname", "modify calendar from file", "[[calendar]]"),
    change!("-mcal", Value::Maybe, "calendar_name", "modify calendar", "[[calendar]]"),
    change!("-Mckpt", WORD, "fname", "modify a checkpointing interface definition from file", "[[checkpointing_environment]]"),
    change!("-mckpt", Value::Maybe, "ckpt_name", "modify a checkpointing interface definition", "[[checkpointing_environment]]"),
    change!("-Mconf", Value::Maybe, "file_list", "modify configurations from file_list", "[configuration]"),
    change!("-mconf", Value::Maybe, "[host_list|global]", "modify configurations", "[configuration]"),
    change!("-Me", WORD, "fname", "modify exec server from file", "[[host]]"),
    change!("-me", Value::Maybe, "server", "modify exec server", "[[host]]"),
    change!("-Mhgrp", FILE, "file", "modify host group entry from file", "[[host_group]]"),
    change!("-mhgrp", WORD, "group", "modify host group entry", "[[host_group]]"),
    change!("-Mp", WORD, "fname", "modify a parallel environment from file", "[[parallel_environment]]"),
    change!("-mp", Value::Maybe, "pe-name", "modify a parallel environment", "[[parallel_environment]]"),
    change!("-Mprj", FILE, "fname", "modify project from file", "[[project]]"),
    change!("-mprj", Value::Maybe, "project", "modify a project", "[[project]]"),
    change!("-Mq", Value::Maybe, "fname", "modify a queue from file", "[[queue]]"),
    change!("-mq", WORD, "queue", "modify a queue", "[[queue]]"),
    change!("-Mrqs", Value::Maybe, "fname [rqs_list]", "modify resource quota set(s) from file", "[[resource_quota_set]]"),
    change!("-mrqs", Value::Maybe, "[rqs_list]", "modify resource quota set(s)", "[[resource_quota_set]]"),
    change!("-Msconf", Value::Maybe, "fname", "modify scheduler configuration from file", "[scheduler]"),
    change!("-msconf", Value::None, "", "modify scheduler configuration", "[scheduler]"),
    refused("-mstnode", WORD, "node_shares_list", "modify sharetree node(s)", NO_SHARE_TREE),
    refused("-Mstree", WORD, "fname", "modify/create the sharetree from file", NO_SHARE_TREE),
    refused("-mstree", Value::None, "", "modify/create the sharetree", NO_SHARE_TREE),
    change!("-Mu", FILE, "fname", "modify userset from file", "[[user_list]]"),
    change!("-mu", Value::Maybe, "listname_list", "modify the given userset list", "[[user_list]]"),
    change!("-Muser", FILE, "fname", "modify a user from file", "[[user]]"),
    change!("-muser", Value::Maybe, "user", "modify a user", "[[user]]"),
    change!("-purge", WORD, "obj_nm3 attr_nm objectname", "deletes attribute from object_instance", "[[queue]]"),
    change!("-Rattr", WORD, "obj_nm fname obj_id_list", "replace a list attribute of an object", "the table of the object"),
    change!("-rattr", WORD, "obj_nm attr_nm val obj_id_list", "replace a list attribute of an object", "the table of the object"),
    shows("-rsstnode", WORD, "node_list", "show sharetree node(s) and its children"),
    shows("-sc", Value::None, "", "show complex attributes"),
    shows("-scal", WORD, "calendar_name", "show given calendar"),
    shows("-scall", Value::None, "", "show a list of all calendar names"),
    shows("-sckpt", WORD, "ckpt_name", "show checkpointing interface definition"),
    shows("-sckptl", Value::None, "", "show all checkpointing interface definitions"),
    shows("-sconf", Value::Maybe, "[host_list|global]", "show configurations"),
    shows("-sconfl", Value::None, "", "show a list of all local configurations"),
    shows("-sds", Value::None, "", "show detached settings"),
    shows("-se", WORD, "server", "show given exec server"),
    shows("-secl", Value::None, "", "show event client list"),
    shows("-sel", Value::None, "", "show a list of all exec servers"),
    shows("-sh", Value::None, "", "show a list of all administrative hosts"),
    shows("-shgrp", WORD, "group", "show host group"),
    shows("-shgrp_resolved", WORD, "group", "show host group with resolved hostlist"),
    shows("-shgrp_tree", WORD, "group", "show host group and used hostgroups as tree"),
    shows("-shgrpl", Value::None, "", "show host group list"),
    shows("-sm", Value::None, "", "show a list of all managers"),
    shows("-so", Value::None, "", "show a list of all operators"),
    shows("-sobjl", WORD, "obj_nm2 attr_nm val", "show objects which match the given value"),
    shows("-sp", WORD, "pe-name", "show a parallel environment"),
    shows("-spl", Value::None, "", "show all parallel environments"),
    shows("-sprj", WORD, "project", "show a project"),
    shows("-sprjl", Value::None, "", "show a list of all projects"),
    shows("-sq", Value::Maybe, "[wc_queue_list]", "show the given queue"),
    shows("-sql", Value::None, "", "show a list of all queues"),
    shows("-srqs", Value::Maybe, "[rqs_list]", "show resource quota set(s)"),
    shows("-srqsl", Value::None, "", "show resource quota set list"),
    shows("-ss", Value::None, "", "show a list of all submit hosts"),
    shows("-ssconf", Value::None, "", "show scheduler configuration"),
    shows("-sss", Value::None, "", "show scheduler state"),
    shows("-sst", Value::None, "", "show a formatted sharetree"),
    shows("-sstnode", WORD, "node_list", "show sharetree node(s)"),
    shows("-sstree", Value::None, "", "show the sharetree"),
    shows("-su", WORD, "listname_list", "show the given userset list"),
    shows("-sul", Value::None, "", "show a list of all userset lists"),
    shows("-suser", WORD, "user_list", "show user(s)"),
    shows("-suserl", Value::None, "", "show a list of all users"),
    refused("-tsm", Value::None, "", "trigger scheduler monitoring", "there is no schedule to write down: qstat -j says why a job waits"),
];
