//! argv[0] (or argv[1]) names the command; the only place that exits.

fn main() -> std::process::ExitCode {
    gridshim::commands::main(std::env::args_os().collect()).into()
}
