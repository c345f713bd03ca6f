/// What reads codes for a terminal: a camera, a picture. (What is typed needs no scanner: it is read already.)
///
/// It decides nothing, and knows neither the relay nor the display.
protocol Scanner: Sendable {
    /// Reads one code. It runs on the terminal's thread for scanners (``ScannerFeed``), where it may block.
    ///
    /// A scanner that waits for a phone asks between two looks, at least once a second, whether its reading is still
    /// wanted, and returns if not: until then no other scanner begins.
    /// - Returns: nil if it has seen none.
    /// - Throws: ``ScannerFailure`` if it cannot read.
    func read(while isWanted: () -> Bool) throws(ScannerFailure) -> ScannerInput?
}
