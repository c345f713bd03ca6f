import DeviceProtocol
import RelayDomain

/// One line of the terminal's keyboard and scanner, which here are standard input.
enum TerminalLine: Hashable, Sendable {
    case scan(Symbology, ScannedText)
    /// The scanner reads a picture file.
    case scanPicture(path: String)
    case amount(Amount)
    case clear
    case cancel
    /// The merchant opens or closes the counter.
    case ready(DeviceReadiness)

    /// Why a line is none, in a sentence that helps.
    struct Mistake: Error, Hashable {
        let sentence: String
    }

    static let help = """
        amount <minorUnits> <currency or program>, scan <qr|code128|ean13> <text>, scan picture <file.png>, clear, cancel, ready <yes|no>
        """

    init(_ line: String) throws(Mistake) {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        switch words.first {
        case "amount":
            guard words.count == 3, let amount = Self.amount(words[1], words[2]) else {
                throw Mistake(sentence: "Write the amount in minor units and its unit, such as: amount 1250 EUR")
            }
            self = .amount(amount)
        case "scan":
            guard words.count == 3 else {
                throw Mistake(sentence: "Write: scan <qr|code128|ean13|picture> <text or file>")
            }
            guard words[1] != "picture" else {
                self = .scanPicture(path: words[2])
                return
            }
            guard let symbology = Symbology(rawValue: words[1]) else {
                throw Mistake(sentence: "The scanner reads qr, code128 and ean13, or a picture file.")
            }
            guard let text = ScannedText(words[2]) else {
                throw Mistake(sentence: "A code has at most \(DeviceLimits.scannedBytesMost) bytes.")
            }
            self = .scan(symbology, text)
        case "clear" where words.count == 1: self = .clear
        case "cancel" where words.count == 1: self = .cancel
        case "ready":
            guard words.count == 2, ["yes", "no"].contains(words[1]) else {
                throw Mistake(sentence: "Write: ready yes, or: ready no")
            }
            self = .ready(words[1] == "yes" ? .ready : .notReady(ReasonCode("closed")))
        default:
            throw Mistake(sentence: "Write one of: \(Self.help)")
        }
    }

    /// Three capital letters are a currency, anything else names a loyalty program.
    private static func amount(_ number: String, _ unit: String) -> Amount? {
        guard let minorUnits = Int64(number) else { return nil }
        if let currency = CurrencyCode(unit) { return Amount(minorUnits: minorUnits, unit: .currency(currency)) }
        return ProgramID(unit).flatMap { Amount(minorUnits: minorUnits, unit: .points($0)) }
    }
}
