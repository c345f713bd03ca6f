import DeviceProtocol
import RelayDomain

/// One line of the terminal's keyboard and scanner, which here are standard input. It prints no code.
enum TerminalLine: Hashable, Sendable {
    case scan(ScannerInput)
    case scanPicture(PictureFile)
    case amount(Amount)
    case clear
    case cancel
    /// The merchant opens or closes the counter.
    case ready(DeviceReadiness)

    /// Why a line is none, in a sentence that helps. It holds nothing that was typed in a code's place.
    struct Mistake: Error, Hashable {
        let sentence: String
    }

    static let help = """
        amount <sum> <currency or program>, scan <qr|code128|ean13|any> <text>, scan picture <file.png>, clear, cancel, ready <yes|no>
        """

    init(_ line: String) throws(Mistake) {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        switch words.first {
        case "amount":
            do throws(AmountMistake) {
                self = .amount(try Amount(typed: words.dropFirst().joined(separator: " ")))
            } catch {
                throw Mistake(sentence: "\(error)")
            }
        case "scan":
            guard words.count == 3 else {
                throw Mistake(sentence: "Write: scan <qr|code128|ean13|any|picture> <text or file>")
            }
            guard words[1] != "picture" else {
                self = .scanPicture(PictureFile(path: words[2]))
                return
            }
            guard let symbology = Symbology(rawValue: words[1]) else {
                throw Mistake(
                    sentence:
                        "The scanner reads qr, code128 and ean13, any if it does not say which, or a picture file.")
            }
            do throws(ScannerInput.Mistake) {
                self = .scan(try ScannerInput(words[2], symbology: symbology))
            } catch {
                throw Mistake(sentence: error.sentence)
            }
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
}
