#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| maru_fuzz::wires(bytes));
