//! Indented XML, one element a line, as Grid Engine writes it.

use std::borrow::Cow;
use std::fmt::Write;

/// A text as Grid Engine writes it: `<` becomes `%lt;`, which no parser reads back (tests/compliance/qstat_xml_full.rs).
pub fn escape(text: &str) -> Cow<'_, str> {
    match quick_xml::escape::escape(text) {
        Cow::Owned(escaped) => Cow::Owned(escaped.replace("&lt;", "%lt;")),
        borrowed => borrowed,
    }
}

/// See the module.
pub struct Xml {
    pub text: String,
    pub depth: usize,
}

impl Xml {
    fn indent(&mut self) {
        for _ in 0..self.depth {
            self.text.push_str("  ");
        }
    }

    /// `<name>value</name>`
    pub fn element(&mut self, name: &str, value: &str) {
        self.indent();
        self.text.push('<');
        self.text.push_str(name);
        self.text.push('>');
        self.text.push_str(&escape(value));
        self.text.push_str("</");
        self.text.push_str(name);
        self.text.push_str(">\n");
    }

    /// An element with attributes.
    pub fn with(&mut self, name: &str, attributes: &[(&str, &str)], value: &str) {
        self.indent();
        let _ = write!(self.text, "<{name}");
        for (attribute, of) in attributes {
            let _ = write!(self.text, " {attribute}=\"{}\"", escape(of));
        }
        let _ = writeln!(self.text, ">{}</{name}>", escape(value));
    }

    /// An element with elements in it; `head` is its name, perhaps with attributes.
    pub fn group(&mut self, head: &str, body: impl FnOnce(&mut Xml)) {
        self.indent();
        let _ = writeln!(self.text, "<{head}>");
        self.depth += 1;
        body(self);
        self.depth -= 1;
        self.indent();
        let name = head.split(' ').next().unwrap_or(head);
        let _ = writeln!(self.text, "</{name}>");
    }
}
