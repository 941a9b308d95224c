#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| gridshim_fuzz::runtime(bytes));
