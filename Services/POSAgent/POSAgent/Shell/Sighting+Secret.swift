import RelayDomain
import Sealing

extension Evidence.Sighting {
    /// The same without its text, if that holds the code. If the code is not known, as after a restart, no text but a
    /// receipt's number passes: it is the POS program's own.
    func withholding(_ code: Secret?) -> Evidence.Sighting {
        switch self {
        case .receiptNumber(let text): .receiptNumber(code.map(text.holds) == true ? .withheld : text)
        case .windowClosed: .windowClosed
        case .textSeen(let text): .textSeen(code.map(text.holds) == false ? text : .withheld)
        case .readBack(let text): .readBack(code.map(text.holds) == false ? text : .withheld)
        }
    }
}

extension Confirmation {
    func withholding(_ code: Secret?) -> Confirmation {
        switch self {
        case .sending(let sighting): .sending(sighting.withholding(code))
        case .finished(let sighting, let answer): .finished(sighting.withholding(code), answer)
        }
    }
}

extension Evidence.Text {
    /// Whether the code can be read in it, though the POS program has set it in groups or in other letters.
    fileprivate func holds(_ code: Secret) -> Bool {
        let letters = Self.letters(code.exposed)
        return text.contains(code.exposed) || !letters.isEmpty && Self.letters(text).contains(letters)
    }

    private static func letters(_ text: String) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
}
