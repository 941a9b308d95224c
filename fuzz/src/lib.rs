//! What the fuzz targets do with their bytes: one function for each thing that parses. `tests/corpus.rs` feeds the kept corpus to
//! the same functions. Each panics where gridshim panics, and where what was printed does not read back.

use gridshim::accounting::Record;
use gridshim::backend::kubernetes::observe;
use gridshim::backend::kubernetes::seen::{SeenJob, SeenPod, SeenSecret};
use gridshim::backend::kubernetes::watch::Event;
use gridshim::backend::kubernetes::wire::{self, Frames, Listed, Unended};
use gridshim::backend::{Backend, Filter, Whose, fake::Fake};
use gridshim::commands::{Context, Streams, find};
use gridshim::controller::{plan, world::World};
use gridshim::cron::{self, Crontab};
use gridshim::grammar::indexes::Indexes;
use gridshim::grammar::{
    binding, date, duration, expression, job_task, memory, name, number, pattern, quota, resources as requests, slots, task_list,
    tasks as ranges, value as amount, wildcard, words as line,
};
use gridshim::job::{Command, Job, JobStatus, Submitter, resolve};
use gridshim::options::{self, jsub};
use gridshim::record::{Report, Spec};
use gridshim::request::Request;
use gridshim::runtime::catalog::Catalog;
use gridshim::runtime::{Files, Kind, Language, Submitted, detect};
use gridshim::site::Site;
use std::cell::RefCell;
use std::fs::File;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// A function of this file, by its name.
pub type Target = (&'static str, fn(&[u8]));

/// Every target.
pub const TARGETS: &[Target] = &[
    ("script", script),
    ("words", words),
    ("resources", resources),
    ("tasks", tasks),
    ("dates", dates),
    ("quotas", quotas),
    ("crontab", crontab),
    ("runtime", runtime),
    ("accounting", accounting),
    ("site", site),
    ("spec", spec),
    ("report", report),
    ("objects", objects),
    ("protobuf", protobuf),
];

/// The system the captures are from.
static REFERENCE: LazyLock<Site> =
    LazyLock::new(|| Site::parse(include_str!("../../compat/reference-site.toml"), "reference").expect("a site"));

fn bob() -> Submitter {
    Submitter {
        user: "bob".into(),
        uid: 5002,
        group: "tools".into(),
        gid: 6001,
        home: "/nonexistent/bob".into(),
        workdir: "/nonexistent/bob".into(),
        host: "host1".into(),
        ..Submitter::default()
    }
}

fn bench() -> Context {
    bench_with(Fake::default())
}

fn bench_with(fake: Fake) -> Context {
    let streams = Streams { out: Box::new(std::io::sink()), err: Box::new(std::io::sink()) };
    Context::of(REFERENCE.clone(), bob(), streams, Box::new(fake))
}

fn run(context: &mut Context, command: &str, words: &[&str]) {
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    if let Some(run) = find(command).and_then(|command| command.run) {
        let _ = run(context, &words);
    }
}

/// A script on qsub's standard input, its directive lines included. `-verify` makes no check that asks a name server.
pub fn script(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for prefix in ["#$", "#", ""] {
        let _ = line::directives(&text, prefix).count();
    }
    for words in text.lines().map(line::parse) {
        let quoted: Vec<String> = words.iter().map(|word| line::quote(word)).collect();
        assert_eq!(line::parse(&quoted.join(" ")), words);
    }
    let mut context = bench();
    context.stdin = Some(bytes.to_vec());
    run(&mut context, "qsub", &["-verify"]);
}

/// The words of a command line, one a line; the first says whose, any other than a table's name: all of them.
pub fn words(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let words: Vec<String> = text.lines().map(String::from).collect();
    let Some((first, rest)) = words.split_first() else { return };
    let named = options::TABLES.iter().any(|(command, _)| command == first);
    for (_, table) in options::TABLES.iter().filter(|(command, _)| !named || command == first) {
        if let Ok(used) = table.try_words(rest) {
            assert!(used <= rest.len());
        }
    }
    let _ = options::qacct::parse(rest);
    for with_program in [true, false] {
        let _ = jsub::Asked::default().walk(rest, with_program, &["buster".to_string()]);
    }
    // Files would be read, name servers asked, starts waited for.
    let asks = |word: &String| word.contains([':', '/', '@']) || word.contains("h=") || word.contains("hostname") || word == "-now";
    if rest.iter().any(asks) {
        return;
    }
    let mut request = Request::default();
    let mut heard = options::Heard::default();
    if options::qsub::TABLE.walk(rest, &gridshim::request::Origin::Argv, &mut request, &mut heard).is_ok()
        && let Some(job) = resolved(request, &REFERENCE)
    {
        shown(vec![status_of(job)]);
    }
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    for command in ["qstat", "qdel", "qalter", "qhold", "qrls", "qresub", "qmod", "qhost", "qselect", "qquota", "job", "jstop"] {
        if !named || command == first {
            let mut context = bench_with(Fake { jobs: RefCell::new(vec![(PLAIN.clone(), b"true\n".to_vec())]), ..Fake::default() });
            run(&mut context, command, &rest);
        }
    }
}

/// `-l`: requests, and what the site makes of them.
pub fn resources(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(parsed) = requests::parse(&text) else { return };
    assert_eq!(requests::parse(&requests::print(&parsed)), Ok(parsed.clone()));
    for (_, value) in &parsed {
        let _ = pattern::matches(value, "buster");
        let _ = (memory::parse(value), amount::parse(value));
        if let Ok(seconds) = duration::parse(value) {
            assert_eq!(duration::parse(&duration::print(seconds)), Ok(seconds));
        }
    }
    let request = Request { hard_resources: parsed.clone(), soft_resources: parsed, ..Request::default() };
    if let Some(job) = resolved(request, &REFERENCE) {
        shown(vec![status_of(job)]);
    }
}

/// `-t`, slots, and the words that name jobs.
pub fn tasks(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(range) = ranges::parse(&text) {
        assert_eq!(ranges::parse(&range.to_string()), Ok(range));
        assert!(range.reached() <= range.last && range.index(range.reached()) == Some(range.count() - 1));
    }
    if let Ok(stretches) = slots::parse(&text) {
        // Greater numbers read as Grid Engine reads them: as others.
        if stretches.iter().all(|(_, high)| *high <= slots::MANY) {
            assert_eq!(slots::parse(&slots::print(&stretches)), Ok(stretches));
        }
    }
    let target = job_task::parse(&text);
    assert_eq!(job_task::parse(&target.to_string()), target);
    let _ = name::check(&text);
    let (left, right) = text.split_once('\n').unwrap_or((&text, "name"));
    let _ = pattern::matches(left, right);
    assert!(pattern::is_pattern(left) || left.contains('\\') || pattern::matches(left, left));
    let _ = (binding::parse(&text).map(|shown| binding::inconsistency(&shown)), expression::is_expression(&text));
    let _ = (expression::matches(left, right), wildcard::matches(left.as_bytes(), right.as_bytes()), task_list::parse(&text));
    let _ = (number::whole(text.as_bytes()), number::word(text.as_bytes()), number::real(text.as_bytes()));
    let set = Indexes::parse(&text);
    assert_eq!(Indexes::parse(&set.to_string()), set);
    let _ = set.count();
    let mut ids: Vec<u64> = set.below(100_000).iter().take(2000).collect();
    ids.sort_unstable();
    let _ = ranges::compact(&ids);
}

/// `-a` and `-dl`.
pub fn dates(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(date) = date::parse(&text) else { return };
    assert_eq!(date::parse(&date.to_string()), Ok(date));
    let now = chrono::DateTime::from_timestamp(1_800_000_000, 0).expect("a time").with_timezone(&chrono::Local);
    assert!(date.seconds(now) >= 0);
}

/// Rules of resource quota sets.
pub fn quotas(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(rule) = quota::parse(&text) else { return };
    let shown = rule.to_string();
    assert_eq!(quota::parse(&shown).map(|rule| rule.to_string()), Ok(shown));
}

/// A crontab, and when its entries are due.
pub fn crontab(bytes: &[u8]) {
    let table = Crontab { text: bytes.to_vec(), owner: bob(), installed: 0 };
    let Ok(entries) = table.entries(&REFERENCE) else { return };
    for entry in &entries {
        let spec = cron::spec(entry, &table.owner, &REFERENCE);
        assert!(spec.env.iter().any(|(name, value)| name == "LOGNAME" && value == "bob"));
        // A minute that is found is one in which it is due.
        if let Some((schedule, next)) = entry.schedule.zip(entry.next(29_928_960)) {
            assert!(cron::clock::due(&schedule, entry.zone, next) > 0);
        }
    }
}

/// An accounting file, and what qacct makes of it.
pub fn accounting(bytes: &[u8]) {
    for text in String::from_utf8_lossy(bytes).lines() {
        let Some(record) = Record::parse(text) else { continue };
        let line = record.to_line();
        let again = Record::parse(&line).expect("a line that was written is read");
        assert_eq!(again.to_line(), line);
        // A number that is none has no JSON.
        if let Ok(json) = serde_json::to_string(&record) {
            let _ = serde_json::from_str::<Record>(&json);
        }
    }
    // Tests run on threads of one process.
    let id = format!("{}-{:?}", std::process::id(), std::thread::current().id());
    let file = std::env::temp_dir().join(format!("gridshim-fuzz-accounting-{id}"));
    std::fs::write(&file, bytes).expect("a file");
    let name = file.to_string_lossy();
    for words in [
        &["-j"][..],
        &["-j", "*"],
        &["-j", "a*", "-t", "1-3"],
        &["-o"],
        &["-q", "-h", "-g"],
        &["-P", "-pe", "-slots"],
        &[],
        &["-d", "1"],
        &["-l", "h_rt=60"],
    ] {
        run(&mut bench(), "qacct", &[&["-f", &name][..], words].concat());
    }
    let _ = std::fs::remove_file(&file);
}

/// site.toml, and a job at that site.
pub fn site(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Ok(site) = Site::parse(&text, "site.toml") else { return };
    let _ = site.backend(None);
    let asked = vec![("h_rt".to_string(), "60".to_string()), ("release".to_string(), "buster".to_string())];
    let request = Request { hard_resources: asked, ..Request::default() };
    let _ = resolved(request, &site);
    let mut context = bench();
    context.site = site;
    run(&mut context, "qsub", &["-b", "y", "-l", "h_rt=60", "sleep"]);
    for words in [&["qstat", "-xml", "-j", "1000"][..], &["qstat", "-f"], &["qhost"], &["qhost", "-q"], &["qselect"], &["qconf", "-sql"]] {
        run(&mut context, words[0], &words[1..]);
    }
}

/// What the client writes for the shepherd.
pub fn spec(bytes: &[u8]) {
    let Ok(spec) = Spec::parse(bytes) else { return };
    assert_eq!(Spec::parse(&spec.to_bytes()), Ok(spec.clone()));
    for index in [0, 1, u64::MAX] {
        let _ = spec.task_id(index);
    }
}

/// What the shepherd writes at a job's end.
pub fn report(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let Some(report) = Report::parse(&text) else { return };
    let written = report.to_text();
    let again = Report::parse(&written).expect("a report that was written is read");
    assert_eq!(again.to_text(), written);
    let record = Record::of(1, &PLAIN.job, Some(1), 1, "all.q", "host1", &report);
    accounting(record.to_line().as_bytes());
}

/// A Job of the API server in the first line, gridshim's annotation of it in the second, its pods in the others.
pub fn objects(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.lines();
    let Some(mut job) = lines.next().and_then(|line| serde_json::from_str::<SeenJob>(line).ok()) else { return };
    if let Some(annotation) = lines.next().filter(|line| !line.is_empty()) {
        job.metadata.annotations.job = Some(annotation.into());
    }
    let pods: Vec<SeenPod> = lines.filter_map(|line| serde_json::from_str(line).ok()).collect();
    let pods: Vec<&SeenPod> = pods.iter().collect();
    let _ = (job.id(), job.ended_at());
    for finished in [false, true] {
        if let Some(status) = observe::status(&job, &pods, &REFERENCE, finished) {
            shown(vec![status]);
        }
    }
    let mut world = World { secrets_known: true, ..World::default() };
    world.pod_event(Event::All(pods.into_iter().cloned().collect()));
    world.job_event(Event::All(vec![job]));
    let actions = plan::plan(&world, &REFERENCE, 1_800_000_000);
    assert_eq!(plan::plan(&world, &REFERENCE, 1_800_000_000), actions);
}

/// An answer of the API server: a list of any kind, or a refusal.
pub fn protobuf(bytes: &[u8]) {
    let _ = (wire::refusal(bytes).map(|failure| failure.to_string()), SeenSecret::read(bytes));
    let pods = SeenPod::read(bytes).map_or(Vec::new(), |list| list.items);
    let pods: Vec<&SeenPod> = pods.iter().collect();
    let mut frames = Frames::<SeenJob>::default();
    frames.push(bytes);
    while let Ok(Some(_)) = frames.take() {}
    let whole = SeenJob::read(bytes).map_or(Vec::new(), |list| list.items);
    let unended = Unended::read(bytes).map_or(Vec::new(), |list| list.items);
    for job in whole.into_iter().chain(unended.into_iter().filter_map(|job| job.metadata.map(observe::unended))) {
        if let Some(status) = observe::status(&job, &pods, &REFERENCE, true) {
            shown(vec![status]);
        }
    }
}

/// A home with one file, whatever its name is.
struct One<'b>(&'b [u8]);

impl Files for One<'_> {
    fn kind(&self, path: &Path) -> Kind {
        if path.starts_with("/home/bob") { Kind::File } else { Kind::Missing }
    }

    fn open(&self, path: &Path) -> Option<File> {
        if self.kind(path) != Kind::File {
            return None;
        }
        let mut file = tempfile::tempfile().ok()?;
        file.write_all(self.0).ok()?;
        file.rewind().ok()?;
        Some(file)
    }

    fn real(&self, path: &Path) -> PathBuf {
        path.into()
    }

    fn link(&self, _path: &Path) -> Option<PathBuf> {
        None
    }

    fn list(&self, _path: &Path) -> Vec<String> {
        vec!["prog".into()]
    }
}

/// A program: by itself, as each language's, as a makefile, and as a file that pins a version. And as a catalogue.
pub fn runtime(bytes: &[u8]) {
    let of = |words: &[&str]| {
        let words = words.iter().map(|word| (*word).to_string()).collect();
        let what = Submitted { words, directory: "/home/bob".into(), home: "/home/bob".into(), ..Submitted::default() };
        detect(&what, &One(bytes));
    };
    of(&["prog"]);
    of(&["make"]);
    of(&["npm", "run", "x"]);
    for language in Language::ALL {
        of(&[language.interpreter(), "prog"]);
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = Catalog::parse(&text, "catalog.toml");
    let _ = Catalog::parse_config(&text);
}

/// The job of a request for `run.sh`, where the master takes it: what has more tasks than any site allows is refused later.
fn resolved(request: Request, site: &Site) -> Option<Job> {
    resolve(request, Command { file: Some("run.sh".into()), args: Vec::new() }, bob(), &[], site)
        .ok()
        .map(|resolved| resolved.job)
        .filter(|job| job.task_count() <= 75_000)
}

/// A job without options.
static PLAIN: LazyLock<JobStatus> = LazyLock::new(|| status_of(resolved(Request::default(), &REFERENCE).expect("a job")));

/// A submitted job, as the backend in memory has it.
fn status_of(job: Job) -> JobStatus {
    let fake = Fake::default();
    let id = fake.submit(&job, b"").expect("a submission");
    let filter = Filter { whose: Whose::Everybodys, id: Some(id), finished: false, detail: true };
    fake.jobs(&filter).expect("jobs").remove(0)
}

/// Every way qstat shows jobs.
fn shown(jobs: Vec<JobStatus>) {
    let ids: Vec<String> = jobs.iter().map(|job| job.id.to_string()).collect();
    let fake = Fake { jobs: RefCell::new(jobs.into_iter().map(|job| (job, Vec::new())).collect()), ..Fake::default() };
    let mut context = bench_with(fake);
    let everybodys = ["-u", "*"];
    for layout in
        [&["-xml"][..], &["-r"], &["-f"], &["-f", "-xml"], &["-ext"], &["-urg"], &["-pri"], &["-g", "d"], &["-g", "c"], &["-t"], &[]]
    {
        run(&mut context, "qstat", &[&everybodys[..], layout].concat());
    }
    for id in &ids {
        run(&mut context, "qstat", &["-j", id]);
        run(&mut context, "qstat", &["-xml", "-j", id]);
    }
}
