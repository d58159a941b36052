//! stub
/// stub
pub fn mentioned<T>(_text: &str, _is_name: impl FnMut(&str) -> Option<T>) -> Vec<T> {
    Vec::new()
}
