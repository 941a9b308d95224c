use super::*;
use proptest::prelude::*;

/// `LINE: word|word` a command; subshells in brackets.
fn shown(text: &str) -> String {
    let mut shown = Vec::new();
    for step in parse(text, 1).steps {
        match step {
            Step::Enter => shown.push("[".to_string()),
            Step::Leave => shown.push("]".to_string()),
            Step::Loop { line, name, values } => {
                let values: Vec<String> = values.iter().map(|word| word.pieces.iter().map(piece).collect()).collect();
                shown.push(format!("{line}: {name} of {}", values.join("|")));
            }
            Step::Command(command) => {
                let words: Vec<String> = command.words.iter().map(|word| word.pieces.iter().map(piece).collect()).collect();
                let certain = if command.is_certain { "!" } else { "" };
                shown.push(format!("{}{certain}: {}", command.line, words.join("|")));
            }
        }
    }
    shown.join("; ")
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Variable { name, default, without_last } => {
            let default = default.as_ref().map(|default| default.iter().map(self::piece).collect::<String>());
            format!(
                "<{name}{}{}>",
                default.map(|default| format!(":{default}")).unwrap_or_default(),
                if *without_last { "/.." } else { "" }
            )
        }
        Piece::Output(text) => format!("({text})"),
        Piece::Unknown => "?".into(),
    }
}

#[test]
fn commands_are_found_wherever_they_stand() {
    let cases = [
        ("node a.js | python3 b.py", "1!: node|a.js; 1!: python3|b.py"),
        ("#!/bin/sh\n# python x\ncd /w && ./run --x='a b' \\\n  --y\n", "3!: cd|/w; 3: ./run|--x=a b|--y"),
        ("x=`date +%F`; y=$(perl a.pl \"$x\")", "[; 1: date|+%F; ]; 1!: x=(date +%F); [; 1: perl|a.pl|<x>; ]; 1!: y=(perl a.pl \"$x\")"),
        ("if [ -f x ]; then\n  php y\nelse ruby z; fi\nmake", "1: [|-f|x|]; 2: php|y; 3: ruby|z; 4!: make"),
        ("for f in *.py; do python $f > out 2>&1 < in; done", "1: f of *.py; 1: python|<f>"),
        ("while read l; do echo \"$l\"; done < <(node x)", "1: read|l; 1: echo|<l>; [; 1: node|x; ]"),
        ("case $1 in\n a|b) perl x;;\n (c) ruby y ;;\nesac\necho", "2: perl|x; 3: ruby|y; 5!: echo"),
        ("f() { node x; }\nfunction g { php y\n}\nf; g", "4!: f; 4!: g"),
        ("(cd sub; ./x) &\n./y", "[; 1: cd|sub; 1: ./x; ]; 2!: ./y"),
        ("[[ $a == b && -f c ]] && python3 d.py", "1: python3|d.py"),
        ("A=1 B=\"two words\" ${P:-python3} -u x.py", "1!: A=1|B=two words|<P:python3>|-u|x.py"),
        ("\"${0%/*}/x.pl\" 'single $x' $'a\\'b' \"esc \\\" q\"", "1!: <0/..>/x.pl|single $x|a\\'b|esc \" q"),
        ("arr=(one 'two' three); x[1]=2; ((i++)); echo $((1+2))", "1!: arr=one two three; 1!: x[1]=2; 1!: echo|?"),
        ("foreach f ( a b )\n  tclsh $f\nend\nset x = 1", "1: f of a|b; 2: tclsh|<f>; 4!: set|x|=|1"),
        ("if ($x == 1) then\n perl y\nendif\nperl z", "[; 1: <x>|==|1; ]; 2: perl|y; 4!: perl|z"),
        ("a &&\n b || c &> log; d &>> log | e", "1!: a; 2: b; 2: c; 2!: d; 2!: e"),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), expected, "{text}");
    }
    let functions = parse("f() { node x; { a; }; }\nfunction g() {\n  :\n}\nh() ( c )\nd", 1).functions;
    assert_eq!(functions.iter().map(|(name, body)| (name.as_str(), body.len())).collect::<Vec<_>>(), [("f", 2), ("g", 1), ("h", 1)]);
}

#[test]
fn here_documents_belong_to_the_command_that_reads_them() {
    let script = parse("python3 - <<'EOF' | tee x\nprint('$(perl y)')\nEOF\ncat <<-E\n\tnode $(ruby z)\n\tE\nphp w\n", 1);
    let commands: Vec<&Command> =
        script.steps.iter().filter_map(|step| if let Step::Command(command) = step { Some(command) } else { None }).collect();
    let names: Vec<&str> = commands.iter().filter_map(|command| command.words[0].literal()).collect();
    assert_eq!(names, ["python3", "tee", "cat", "ruby", "php"]);
    assert_eq!(commands[0].here, Some((2, "print('$(perl y)')\n".to_string())));
    assert_eq!(commands[2].here, Some((5, "\tnode $(ruby z)\n".to_string())));
    assert_eq!(commands[4].line, 7);
}

#[test]
fn nesting_without_end_ends() {
    for text in ["$(".repeat(100_000), "(".repeat(100_000), "`\\`".repeat(50_000), "${x:-".repeat(50_000), "\"$(".repeat(50_000)] {
        parse(&text, 1);
    }
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(text in "\\PC{0,200}") {
        parse(&text, 1);
    }

    #[test]
    fn nor_do_the_characters_that_mean_something(text in "[a-z$(){}'\"`\\\\;&|<>#\n \t=\\[\\]é-]{0,200}") {
        parse(&text, 1);
    }
}
