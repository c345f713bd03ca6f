/// What reads codes for a terminal: a camera, a serial line, a keyboard, a picture.
///
/// It decides nothing, and knows neither the relay nor the display.
protocol Scanner: Sendable {
    /// Gives out what it reads, one code after the other, until it has no more. It runs on the terminal's thread for
    /// scanners (``ScannerFeed``), where it may block.
    /// - Throws: ``ScannerFailure`` if it cannot read, or cannot go on.
    func read(_ give: (ScannerInput) -> Void) throws(ScannerFailure)
}

/// Why a scanner read nothing.
struct ScannerFailure: Error, Hashable {
    /// For the merchant: what to do about it. It holds no code.
    let sentence: String
}

/// A code that was typed: the keyboard stands for a scanner.
struct TypedCode: Scanner {
    let input: ScannerInput

    func read(_ give: (ScannerInput) -> Void) { give(input) }
}
