use super::*;
use crate::runtime::{Evidence, Language, Version};

fn catalog() -> Catalog {
    let text = "
[[image]]
name = \"small\"
image = \"r/small\"
size = 100
aliases = [\"py\"]
runtimes = { python = [\"3.11\"] }
[[image]]
name = \"old\"
image = \"r/old\"
size = 50
state = \"deprecated\"
runtimes = { python = [\"3.7\", \"2.7\"] }
[[image]]
name = \"two\"
image = \"r/two\"
size = 200
runtimes = { python = [\"3.11\"], node = [\"18\"] }
[[image]]
name = \"grid\"
image = \"r/grid\"
size = 900
aliases = [\"buster\"]
runtimes = { python = [\"3.11\"], node = [\"18\"], perl = [\"5.36\"] }
packages = [\"djvulibre-bin\", \"nextflow\"]
";
    Catalog::parse(text, "test").expect("a catalogue")
}

fn needs(runtimes: &[(Language, &str)], programs: &[&str]) -> Needs {
    let place = Evidence { file: Some("/home/bob/run.sh".into()), line: 3 };
    let mut needs = Needs::default();
    for (language, version) in runtimes {
        needs.add(*language, Version::constraint(*language, version), &place);
    }
    programs.iter().for_each(|program| needs.add_program(program, &place));
    needs
}

fn chosen(asked: &Asked<'_>, needs: Option<&Needs>) -> (String, Vec<String>) {
    let choice = choose(asked, needs, Path::new("/home/bob"), &catalog(), &Images::default()).expect("a choice");
    (choice.name.unwrap_or(choice.reference), choice.notes)
}

#[test]
fn the_smallest_that_has_everything_is_taken() {
    let of = |runtimes: &[(Language, &str)], programs: &[&str]| chosen(&Asked::default(), Some(&needs(runtimes, programs)));
    assert_eq!(of(&[(Language::Python, "")], &[]), ("small".into(), vec![]));
    assert_eq!(of(&[(Language::Python, ""), (Language::Node, "^14")], &[]), ("two".into(), vec![]));
    assert_eq!(of(&[(Language::Python, ">=3.8")], &["ddjvu"]), ("grid".into(), vec![]));
    assert_eq!(of(&[], &["nextflow"]).0, "grid");
    assert_eq!(of(&[], &[]), ("grid".into(), vec![]));
    assert_eq!(chosen(&Asked::default(), None).0, "grid");
}

#[test]
fn what_no_image_has_is_told_with_its_place_and_a_way_out() {
    let (name, notes) = chosen(&Asked::default(), Some(&needs(&[(Language::Python, "3.9"), (Language::Perl, "")], &["gnuplot"])));
    assert_eq!(name, "grid");
    assert_eq!(
        notes,
        [
            "the image grid has no python 3.9 (run.sh:3), it has 3.11",
            "the image grid has no gnuplot (run.sh:3), Debian's gnuplot-nox",
            "an image that has it is built by: gridshim image build NAME perl python@3.9 apt:gnuplot-nox",
        ]
    );
}

#[test]
fn what_is_asked_for_comes_before_all_and_what_it_lacks_is_told() {
    let needs = needs(&[(Language::Node, "")], &[]);
    let asked = Asked { image: Some("py"), release: Some("buster"), environment: Some("two"), ..Asked::default() };
    assert_eq!(chosen(&asked, Some(&needs)), ("small".into(), vec!["the image small has no node (run.sh:3)".into()]));
    assert_eq!(chosen(&Asked { image: None, ..asked }, Some(&needs)).0, "grid");
    assert_eq!(chosen(&Asked { image: None, release: None, ..asked }, Some(&needs)).0, "two");
    assert_eq!(chosen(&Asked { image: Some("r.example.org/x@sha256:00"), ..asked }, None).0, "r.example.org/x@sha256:00");
    assert_eq!(chosen(&Asked { image: Some("old"), ..asked }, None).1, ["the image old is deprecated"]);
    let unknown = choose(&Asked { image: Some("new"), ..asked }, None, Path::new("/"), &catalog(), &Images::default());
    assert_eq!(unknown, Err("no image is called \"new\"; gridshim image list names those there are".into()));
}

#[test]
fn rules_of_the_site_come_before_what_is_found() {
    let images: Images = toml::from_str("[[rule]]\nuser = \"bob\"\nqueue = \"task*\"\nimage = \"two\"\n").expect("settings");
    let of = |user: &str, queue: &str| {
        let asked = Asked { user, queue, ..Asked::default() };
        choose(&asked, Some(&needs(&[(Language::Python, "")], &[])), Path::new("/"), &catalog(), &images).expect("a choice").name
    };
    assert_eq!((of("bob", "task").as_deref(), of("bob", "all.q").as_deref()), (Some("two"), Some("small")));
}

#[test]
fn without_a_default_in_the_catalogue_the_clusters_image_is_taken() {
    let text = "[[image]]\nname = \"a\"\nimage = \"r/a\"\nruntimes = { python = [\"3.11\"] }\n";
    let catalog = Catalog::parse(text, "test").expect("a catalogue");
    let of = |needs: &Needs, images: &Images| {
        let asked = Asked { fallback: "r/all", ..Asked::default() };
        choose(&asked, Some(needs), Path::new("/"), &catalog, images).map(|choice| choice.reference)
    };
    assert_eq!(of(&needs(&[(Language::Python, "")], &[]), &Images::default()), Ok("r/a".into()));
    assert_eq!(of(&Needs::default(), &Images::default()), Ok("r/all".into()));
    let named = Images { default: Some("b".into()), ..Images::default() };
    assert!(of(&Needs::default(), &named).is_err_and(|why| why.contains("\"b\"")));
}
