//! Programs that are no text: ELF files by the libraries they need, Java archives by the version of their classes.

use super::language::Language;
use super::version::Version;
use object::read::elf::{Dyn, FileHeader, ProgramHeader};
use object::{Endianness, ReadCache, StringTable, elf};
use std::fs::File;
use std::io::Read;

/// Runtimes that an ELF file is linked with. `is_beside` tells whether the library of that name, found where the file itself says,
/// is brought along.
pub fn linked(file: File, is_beside: impl Fn(&str, &str) -> bool) -> Vec<(Language, Option<Version>)> {
    let data = ReadCache::new(file);
    let is_64 = object::FileKind::parse(&data) == Ok(object::FileKind::Elf64);
    let names = if is_64 { needed::<elf::FileHeader64<Endianness>>(&data) } else { needed::<elf::FileHeader32<Endianness>>(&data) };
    let Dynamic { needed, paths } = names.unwrap_or_default();
    let is_brought = |name: &&String| paths.iter().flat_map(|path| path.split(':')).any(|path| is_beside(path, name));
    needed.iter().filter(|name| !is_brought(name)).filter_map(|name| of_library(name)).collect()
}

/// What the dynamic section says.
#[derive(Default)]
struct Dynamic {
    needed: Vec<String>,
    /// Where libraries are looked for first.
    paths: Vec<String>,
}

/// The libraries of the dynamic section. The loader goes by segments, so these count: a file may have no section headers.
fn needed<H: FileHeader<Endian = Endianness>>(data: &ReadCache<File>) -> Option<Dynamic> {
    let header = H::parse(data).ok()?;
    let endian = header.endian().ok()?;
    let segments = header.program_headers(endian, data).ok()?;
    let entries = segments.iter().find_map(|segment| segment.dynamic(endian, data).ok().flatten())?;
    let value = |tag: i64| entries.iter().find(|entry| entry.tag(endian) == tag).map(|entry| entry.val(endian));
    let (address, size) = (value(elf::DT_STRTAB)?, value(elf::DT_STRSZ)?);
    let offset = segments.iter().find_map(|segment| {
        let (start, length): (u64, u64) = (segment.p_vaddr(endian).into(), segment.p_filesz(endian).into());
        let from: u64 = segment.p_offset(endian).into();
        let is_within = segment.p_type(endian) == elf::PT_LOAD && (start..start.saturating_add(length)).contains(&address);
        is_within.then(|| from.saturating_add(address - start))
    })?;
    let strings = StringTable::new(data, offset, offset.saturating_add(size));
    let texts = |tags: &[i64]| -> Vec<String> {
        let named = entries.iter().filter(|entry| tags.contains(&entry.tag(endian))).filter_map(|entry| entry.string(endian, strings).ok());
        named.map(|name| String::from_utf8_lossy(name).into_owned()).collect()
    };
    Some(Dynamic { needed: texts(&[elf::DT_NEEDED]), paths: texts(&[elf::DT_RPATH, elf::DT_RUNPATH]) })
}

/// `libpython3.9.so.1.0`
fn of_library(name: &str) -> Option<(Language, Option<Version>)> {
    let stem = name.split(".so").next()?;
    let of = |prefix: &str, language: Language| {
        let digits = stem.strip_prefix(prefix)?.trim_start_matches('-');
        // `libpython2.7mu`: how it was built.
        let digits = if language == Language::Python { digits.trim_end_matches(['d', 'm', 'u', 't']) } else { digits };
        // `libperl.so.5.32`
        let digits = if digits.is_empty() { name.split_once(".so.").map_or("", |(_, version)| version) } else { digits };
        let digits = if language == Language::Python && digits == "1.0" { "" } else { digits };
        digits.chars().all(|character| character.is_ascii_digit() || character == '.').then(|| (language, Version::named(language, digits)))
    };
    of("libpython", Language::Python)
        .or_else(|| of("libruby", Language::Ruby))
        .or_else(|| of("libperl", Language::Perl))
        .or_else(|| of("libtcl", Language::Tcl))
        .or_else(|| of("liblua", Language::Lua))
        .or_else(|| (stem == "libR").then_some((Language::R, None)))
        .or_else(|| matches!(stem, "libmono" | "libmono-2.0" | "libmonosgen-2.0" | "libmonoboehm-2.0").then_some((Language::Mono, None)))
        .or_else(|| (stem == "libjvm").then_some((Language::Java, None)))
        .or_else(|| matches!(stem, "libphp" | "libphp5" | "libphp7").then_some((Language::Php, None)))
        .or_else(|| matches!(stem, "libjulia" | "libjulia-internal").then_some((Language::Julia, None)))
        .or_else(|| matches!(stem, "liboctave" | "liboctinterp").then_some((Language::Octave, None)))
}

/// Entries of an archive that are looked at.
const MOST_ENTRIES: usize = 2000;
const MOST_CLASSES: usize = 64;

/// The release of Java that a class file is compiled for.
pub fn class(file: &mut dyn Read) -> Option<u32> {
    let mut head = [0_u8; 8];
    file.read_exact(&mut head).ok()?;
    let major = u32::from(head[6]) << 8 | u32::from(head[7]);
    // Java 1.1 wrote 45, each release one more.
    (head.starts_with(&[0xca, 0xfe, 0xba, 0xbe]) && major > 48).then(|| major - 44)
}

/// The Java that an archive's classes are compiled for; `None`: it is no archive or does not say.
pub fn archive(file: File) -> Option<Version> {
    let mut archive = zip::ZipArchive::new(file).ok()?;
    let mut manifest = String::new();
    if let Ok(entry) = archive.by_name("META-INF/MANIFEST.MF") {
        entry.take(64 << 10).read_to_string(&mut manifest).ok();
    }
    let mut classes: Vec<(bool, usize)> = (0..archive.len().min(MOST_ENTRIES))
        .filter_map(|at| {
            let name = archive.name_for_index(at)?.ok()?;
            let is_one = name.ends_with(".class") && !name.starts_with("META-INF/") && !name.ends_with("module-info.class");
            // Before a program's own classes an archive may have those of what starts it.
            is_one.then(|| (!name.starts_with("BOOT-INF/"), at))
        })
        .collect();
    classes.sort_unstable();
    let compiled = classes.into_iter().take(MOST_CLASSES).filter_map(|(_, at)| class(&mut archive.by_index(at).ok()?)).max();
    let compiled = compiled.map(|release| release.to_string());
    let built = manifest.lines().find_map(|line| line.strip_prefix("Build-Jdk-Spec:")).map(|text| text.trim().to_string());
    Version::exact(Language::Java, &compiled.or(built)?).map(Version::or_later)
}
