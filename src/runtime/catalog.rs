//! The images there are, and what they hold: built in, from a site's file, from a ConfigMap in Toolforge's schema.

use super::language::Language;
use super::needs::Need;
use super::tools;
use super::version::Version;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Whether an image is chosen by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    #[default]
    Stable,
    /// Only where it is asked for.
    Beta,
    /// The same, and it is said.
    Deprecated,
}

/// One image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Image {
    pub name: String,
    #[serde(rename = "image")]
    pub reference: String,
    #[serde(default)]
    pub state: State,
    #[serde(default)]
    pub aliases: Vec<String>,
    /// MiB; 0: not known.
    #[serde(default)]
    pub size: u64,
    /// Runtime to versions, by the name of `Language::name`.
    #[serde(default, deserialize_with = "languages")]
    pub runtimes: BTreeMap<Language, Vec<String>>,
    #[serde(default)]
    pub packages: Vec<String>,
}

fn languages<'de, D: serde::Deserializer<'de>>(from: D) -> Result<BTreeMap<Language, Vec<String>>, D::Error> {
    let named: BTreeMap<String, Vec<String>> = BTreeMap::deserialize(from)?;
    let known = |(name, versions): (String, Vec<String>)| {
        let language = Language::parse(&name).ok_or_else(|| serde::de::Error::custom(format!("{name:?} is no runtime")))?;
        Ok((language, versions))
    };
    named.into_iter().map(known).collect()
}

impl Image {
    /// True where it has the runtime, in a version that will do.
    pub fn has(&self, language: Language, need: &Need) -> bool {
        let Some(versions) = self.runtimes.get(&language) else { return false };
        need.version.as_ref().is_none_or(|wanted| versions.iter().any(|offered| wanted.is_met_by(offered)))
    }

    /// True where it has this command.
    pub fn has_program(&self, command: &str) -> bool {
        let package = tools::package(command).unwrap_or("");
        self.packages.iter().any(|known| known == command || (!package.is_empty() && known == package))
    }

    fn is_called(&self, name: &str) -> bool {
        self.name == name || self.reference == name || self.aliases.iter().any(|alias| alias == name)
    }
}

/// All of them. Of two with one name the first counts.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    pub images: Vec<Image>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    image: Vec<Image>,
}

/// An entry of Toolforge's `image-config`.
#[derive(Deserialize)]
struct Configured {
    #[serde(default)]
    state: State,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    variants: BTreeMap<String, Variant>,
}

#[derive(Deserialize)]
struct Variant {
    image: String,
}

impl Catalog {
    /// What `make images` builds.
    ///
    /// # Errors
    /// None: the text is part of the program, and a test reads it.
    pub fn builtin() -> Result<Catalog, String> {
        Catalog::parse(include_str!("../../images/catalog.toml"), "images/catalog.toml")
    }

    /// A catalogue's text; `name` is used in messages.
    ///
    /// # Errors
    /// Where and why it is none.
    pub fn parse(text: &str, name: &str) -> Result<Catalog, String> {
        let file: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
            format!("{name}:{line}: {}", error.message())
        })?;
        Ok(Catalog { images: file.image })
    }

    /// The YAML of Toolforge's ConfigMap. What an image holds is told by its names: `python3.11`, `tf-php74`, `jdk17`.
    ///
    /// # Errors
    /// It is no such text.
    pub fn parse_config(text: &str) -> Result<Catalog, String> {
        let entries: BTreeMap<String, Configured> = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let image = |(name, entry): (String, Configured)| {
            let variant = entry.variants.get("jobs-framework").or_else(|| entry.variants.values().next())?;
            let runtimes = std::iter::once(&name)
                .chain(&entry.aliases)
                .filter_map(|name| held(name))
                .map(|(language, version)| (language, vec![version]));
            let runtimes: BTreeMap<Language, Vec<String>> = runtimes.take(1).collect();
            let reference = variant.image.clone();
            Some(Image { name, reference, state: entry.state, aliases: entry.aliases, size: 0, runtimes, packages: Vec::new() })
        };
        Ok(Catalog { images: entries.into_iter().filter_map(image).collect() })
    }

    /// The images of both, these first.
    pub fn before(mut self, others: Catalog) -> Catalog {
        let new: Vec<Image> = others.images.into_iter().filter(|image| self.images.iter().all(|known| known.name != image.name)).collect();
        self.images.extend(new);
        self
    }

    /// By name, alias or whole reference; names come before aliases.
    pub fn find(&self, name: &str) -> Option<&Image> {
        self.images.iter().find(|image| image.name == name).or_else(|| self.images.iter().find(|image| image.is_called(name)))
    }
}

/// The runtime that an image's name tells: `python3.11`, `node18`, `jdk17`, `golang1.11`, `tf-php74`.
fn held(name: &str) -> Option<(Language, String)> {
    let name = name.strip_prefix("tf-").unwrap_or(name);
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit() || character == '.');
    let digits = &name[stem.len()..];
    let language = match stem {
        "jdk" => Language::Java,
        "golang" => Language::Go,
        "tcl" => Language::Tcl,
        stem => Language::parse(stem)?,
    };
    // php74: a first number of one digit, but for those that have no second.
    let is_whole = matches!(language, Language::Java | Language::Node) || digits.contains('.') || digits.len() < 2;
    let digits = if is_whole { digits.to_string() } else { format!("{}.{}", &digits[..1], &digits[1..]) };
    let version = Version::exact(language, &digits)?;
    Some((language, version.text().to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_catalogue_is_one() {
        let catalog = Catalog::builtin().expect("a catalogue");
        for name in ["python3.11", "tf-node18", "php8.2", "jdk17", "ruby3.1", "perl5.36", "tcl8.6", "golang", "bookworm", "trusty", "grid"]
        {
            assert!(catalog.find(name).is_some(), "{name}");
        }
        let names: Vec<&String> = catalog.images.iter().flat_map(|image| image.aliases.iter().chain([&image.name])).collect();
        let distinct: std::collections::BTreeSet<&&String> = names.iter().collect();
        assert_eq!(names.len(), distinct.len());
    }

    #[test]
    fn toolforges_image_config_is_one() {
        let text = "
python3.11:
  state: stable
  aliases: [tf-python311]
  variants:
    jobs-framework: {image: registry.example.org/toolforge-python311-sssd-base}
    webservice: {image: registry.example.org/toolforge-python311-sssd-web, extra: {wstype: uwsgi}}
php7.4:
  state: deprecated
  aliases: [tf-php74, tf-php74-DEPRECATED]
  variants: {jobs-framework: {image: registry.example.org/toolforge-php74-sssd-base}}
bullseye:
  variants: {jobs-framework: {image: registry.example.org/toolforge-bullseye-sssd}}
";
        let catalog = Catalog::parse_config(text).expect("a catalogue");
        let held: Vec<(&str, State, String)> = catalog
            .images
            .iter()
            .map(|image| {
                (
                    image.name.as_str(),
                    image.state,
                    image.runtimes.iter().map(|(language, versions)| format!("{}{}", language.name(), versions[0])).collect(),
                )
            })
            .collect();
        let expected =
            [("bullseye", State::Stable, ""), ("php7.4", State::Deprecated, "php7.4"), ("python3.11", State::Stable, "python3.11")];
        assert_eq!(held, expected.map(|(name, state, held)| (name, state, held.to_string())));
        assert_eq!(catalog.find("tf-php74").map(|image| image.reference.as_str()), Some("registry.example.org/toolforge-php74-sssd-base"));
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        let told = |text: &str| Catalog::parse(text, "catalog.toml").expect_err("a mistake");
        assert!(
            told("[[image]]\nname = \"a\"\nimage = \"b\"\nruntimes = { snake = [\"1\"] }\n")
                .starts_with("catalog.toml:4: \"snake\" is no runtime")
        );
        assert!(told("[[image]]\nname = 1\n").starts_with("catalog.toml:2: "));
    }
}
