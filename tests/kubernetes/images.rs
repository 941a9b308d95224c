//! Jobs that get their image by what they need, in images that buildpacks made (`tests/cluster/cluster.sh images`).

use crate::{Cluster, end};
use std::os::unix::fs::PermissionsExt;

/// The cluster, where the image is on its nodes.
fn with_image(test: &str) -> Option<Cluster> {
    let cluster = Cluster::of(test)?;
    let archive = std::path::Path::new(&cluster.state).join("images/python-node.tar");
    if !archive.exists() {
        eprintln!("skipped: {test}: there is no image: tests/cluster/cluster.sh images makes it");
        return None;
    }
    Some(cluster)
}

/// bob's site: the test cluster's, with images.
fn with_images(cluster: &Cluster, more: &str) -> String {
    let site = std::fs::read_to_string("compat/reference-site.toml").expect("a site");
    let path = cluster.directory.join("site.toml");
    std::fs::write(&path, format!("{site}\n[images]\n{more}")).expect("a site");
    format!("GRIDSHIM_SITE={} ", path.display())
}

fn program(cluster: &Cluster, name: &str, text: &str) {
    let path = cluster.directory.join(name);
    std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
    std::fs::write(&path, text).expect("a file");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("a mode");
}

fn image_of(cluster: &Cluster, id: u64) -> String {
    let image = cluster.root(
        "kubectl",
        &["-n", "grid-bob", "get", "job", &format!("gridshim-{id}"), "-o", "jsonpath={.spec.template.spec.containers[0].image}"],
    );
    String::from_utf8_lossy(&image.stdout).into_owned()
}

#[test]
fn an_old_crontabs_mixture_of_node_and_python_runs_as_it_is() {
    let Some(cluster) = with_image("mixture") else { return };
    let site = with_images(&cluster, "");
    program(
        &cluster,
        "tool.sh",
        "#!/bin/bash\ncd \"$(dirname \"$0\")\"\nnode a.js | python3 b.py\nid -u\ncommand -v node python3\necho $HOME\n",
    );
    program(&cluster, "a.js", "for (const page of ['One', 'Two']) console.log(page.toUpperCase());\n");
    program(&cluster, "b.py", "import json, sys, sqlite3, ssl\nprint(json.dumps([line.strip() for line in sys.stdin]))\n");
    // As it stands in a crontab, the minute cut off. Node never ran with less address space than this, on no grid either.
    let here = cluster.directory.display();
    let said = cluster.says(&format!("{site} jsub -mem 4g -N mixture -o {here}/out -e {here}/err {here}/tool.sh"));
    let id: u64 = said.split_whitespace().nth(2).and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{said}"));
    assert_eq!(image_of(&cluster, id), "localhost/gridshim/python-node:12");
    let told = cluster.says(&format!("qstat -j {id}"));
    let is_told = told.contains("the smallest that has node, python") || told.contains("does not exist");
    assert!(is_told, "{told}");
    let records = cluster.records(id, 1);
    assert_eq!(end(&records[0]), ("0", "0"), "{}{}", cluster.read("out"), cluster.read("err"));
    let out = cluster.read("out");
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((lines[0], lines[1], lines[4]), ("[\"ONE\", \"TWO\"]", "5002", "/home/bob"), "{out}");
    assert!(lines[2].ends_with("/node") && lines[3].ends_with("/python3"), "{out}");
}

#[test]
fn the_launcher_does_not_count_where_memory_is_short() {
    let Some(cluster) = with_image("launcher") else { return };
    let site = with_images(&cluster, "");
    program(&cluster, "small.py", "#!/usr/bin/env python3\nimport resource\nprint(resource.getrlimit(resource.RLIMIT_AS))\n");
    // jsub's 512 MB: fewer addresses than the launcher alone reserves.
    let here = cluster.directory.display();
    let said = cluster.says(&format!("{site} jsub -N launcher -o {here}/out -e {here}/err {here}/small.py"));
    let id: u64 = said.split_whitespace().nth(2).and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("{said}"));
    assert_eq!(image_of(&cluster, id), "localhost/gridshim/python-node:12");
    assert_eq!(end(&cluster.records(id, 1)[0]), ("0", "0"), "{}{}", cluster.read("out"), cluster.read("err"));
    assert_eq!(cluster.read("out"), "(524288000, 524288000)\n");
}

#[test]
fn images_are_asked_for_by_name_and_what_they_lack_is_told() {
    let Some(cluster) = Cluster::of("asked-image") else { return };
    let site = with_images(&cluster, "[[images.rule]]\nname = \"ruled\"\nimage = \"php-perl-python\"\n");
    program(&cluster, "ocr.sh", "#!/bin/sh\nddjvu x.djvu | php y.php\n");
    let submit = |words: &str| -> u64 {
        let said = cluster.says(&format!("{site} qsub -terse -h {words}"));
        said.trim().parse().unwrap_or_else(|_| panic!("{said}"))
    };
    let by_name = submit("-l image=php8.2 ocr.sh");
    let told = cluster.says(&format!("{site} qstat -j {by_name}"));
    assert!(told.contains("localhost/gridshim/php-perl-python:12 (php-perl-python, -l image=php8.2)"), "{told}");
    assert!(told.contains("has no ddjvu (") && told.contains("ocr.sh:2), Debian's djvulibre-bin"), "{told}");
    let ruled = submit("-N ruled -b y node x.js");
    assert_eq!(image_of(&cluster, ruled), "localhost/gridshim/php-perl-python:12");
    let changed = cluster.says(&format!("{site} qalter -l image=grid {ruled}"));
    assert_eq!(image_of(&cluster, ruled), "localhost/gridshim/grid:12", "{changed}");
    let unknown = cluster.says(&format!("{site} qsub -l image=windows ocr.sh; echo $?"));
    assert_eq!(
        unknown,
        "1\nUnable to run job: job rejected: no image is called \"windows\"; gridshim image list names those there are\nExiting.\n"
    );
    cluster.says(&format!("qdel {by_name} {ruled}"));
}

/// A namespace that goes with the test.
struct Namespace<'c>(&'c Cluster, String);

impl Drop for Namespace<'_> {
    fn drop(&mut self) {
        self.0.root("kubectl", &["delete", "namespace", &self.1, "--wait=false"]);
    }
}

#[test]
fn images_of_the_clusters_config_map_come_first() {
    let Some(cluster) = Cluster::of("image-config") else { return };
    let namespace = format!("gridshim-images-{}", std::process::id());
    let _goes = Namespace(&cluster, namespace.clone());
    let config = "python3.11:\n  state: stable\n  aliases: [tf-python311]\n  variants:\n    jobs-framework: {image: registry.example.org/toolforge-python311}\n\
                  php7.4:\n  state: deprecated\n  variants: {jobs-framework: {image: registry.example.org/toolforge-php74}}\n";
    std::fs::write(cluster.directory.join("images-v1.yaml"), config).expect("a file");
    let admin = |words: &str| {
        let output = cluster.root("kubectl", &words.split(' ').collect::<Vec<_>>());
        assert!(output.status.success(), "{words}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let site = with_images(&cluster, &format!("config_map = \"{namespace}/image-config\"\n"));
    program(&cluster, "bot.py", "#!/usr/bin/python3\n");
    admin(&format!("create namespace {namespace}"));
    // Nobody may read it yet: that is told, and nothing is submitted.
    let refused = cluster.says(&format!("{site} qsub -h -b y ./bot.py"));
    assert!(refused.contains("image-config") && !refused.contains("has been submitted"), "{refused}");
    admin(&format!("-n {namespace} create configmap image-config --from-file=images-v1.yaml"));
    admin(&format!("-n {namespace} create role images --verb=get --resource=configmaps"));
    admin(&format!("-n {namespace} create rolebinding images --role=images --group=system:authenticated"));
    let submit = |words: &str| -> u64 {
        let said = cluster.says(&format!("{site} qsub -terse -h {words}"));
        said.trim().parse().unwrap_or_else(|_| panic!("{said}"))
    };
    let found = submit("-b y ./bot.py");
    assert_eq!(image_of(&cluster, found), "registry.example.org/toolforge-python311");
    let old = submit("-l image=php7.4 -b y ./bot.py");
    assert_eq!(image_of(&cluster, old), "registry.example.org/toolforge-php74");
    let told = cluster.says(&format!("{site} qstat -j {old}"));
    assert!(told.contains("the image php7.4 is deprecated") && told.contains("the image php7.4 has no python"), "{told}");
    cluster.says(&format!("qdel {found} {old}"));
}
