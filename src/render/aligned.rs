//! Tables of gridshim's own commands: every column but the last as wide as its widest cell.

/// A line for each row, without its end.
pub fn aligned<const N: usize>(rows: &[[String; N]]) -> Vec<String> {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N.saturating_sub(1)).map(width).collect();
    let line = |row: &[String; N]| {
        let padded: String = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}  ")).collect();
        padded + row.last().map_or("", String::as_str)
    };
    rows.iter().map(line).collect()
}
