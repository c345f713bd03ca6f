import DeviceProtocol
import RelayDomain

/// One code as a scanner gives it out, without what scanners put around it: what every terminal does with a scanner
/// that types, docs/devices.md, "What a terminal does".
struct ScannerInput: Hashable, Sendable {
    let symbology: Symbology
    let text: ScannedText

    /// Why a scanner's text is no code.
    enum Mistake: Error, Hashable {
        case empty, tooLong, notUTF8
    }

    init(symbology: Symbology, text: ScannedText) {
        self.symbology = symbology
        self.text = text
    }

    /// Takes space and control characters off both ends (Tab, CR and LF that end a reading, STX and ETX around it), and
    /// the AIM identifier (ISO/IEC 15424) before it. One of a symbology that the relay knows tells it better than who
    /// typed the line.
    /// - Parameter symbology: what is known without an identifier.
    init(_ raw: String, symbology: Symbology) throws(Mistake) {
        // Whoever decodes bytes that are no UTF-8 writes this in their place; a code with other letters must not leave.
        guard !raw.unicodeScalars.contains("\u{FFFD}") else { throw .notUTF8 }
        let bare = Self.trimmed(raw.unicodeScalars[...])
        let identifier = AIMIdentifier(bare)
        self.symbology = identifier?.symbology ?? symbology
        let text = String(
            String.UnicodeScalarView(Self.trimmed(bare.dropFirst(identifier == nil ? 0 : AIMIdentifier.length))))
        guard !text.isEmpty else { throw .empty }
        guard let scanned = ScannedText(text) else { throw .tooLong }
        self.text = scanned
    }

    private static func trimmed(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        guard let first = text.firstIndex(where: isOfTheCode), let last = text.lastIndex(where: isOfTheCode) else {
            return text.prefix(0)
        }
        return text[first...last]
    }

    /// Neither space nor control character.
    private static func isOfTheCode(_ scalar: Unicode.Scalar) -> Bool { scalar.value > 0x20 && scalar.value != 0x7F }
}

extension ScannerInput.Mistake {
    /// What the merchant reads.
    var sentence: String {
        switch self {
        case .empty: ScannerFailure.nothing.sentence
        case .tooLong: "A code has at most \(DeviceLimits.scannedBytesMax) bytes."
        case .notUTF8: "The scanner sent what is not UTF-8: set it to UTF-8, then scan again."
        }
    }
}

/// What many scanners can be told to send before a code: `]`, a letter for the symbology, and a digit or letter for how
/// it was read (ISO/IEC 15424).
struct AIMIdentifier: Hashable {
    static let length = 3

    /// Nil if it is none of those that the relay knows.
    let symbology: Symbology?

    /// - Returns: nil if the text does not begin with one.
    init?(_ text: Substring.UnicodeScalarView) {
        let scalars = Array(text.prefix(Self.length))
        guard scalars.count == Self.length, scalars[0] == "]", Self.isLetter(scalars[1]),
            Self.isLetter(scalars[2]) || ("0"..."9").contains(scalars[2])
        else { return nil }
        symbology =
            switch (scalars[1], scalars[2]) {
            case ("Q", _): .qr
            case ("C", _): .code128
            case ("E", "0"), ("E", "3"): .ean13  // 1, 2: an add-on alone; 4: EAN-8.
            default: nil
            }
    }

    private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
        ("A"..."Z").contains(scalar) || ("a"..."z").contains(scalar)
    }
}
