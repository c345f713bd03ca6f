import Foundation
import RelayDomain

/// Finds one secret in texts: whether a text holds it, or so much of it that it must not be told. Make one for all
/// texts about a transaction.
///
/// A secret of 8 letters and digits or more is found in any spelling: in groups, in other letters or in the digits of
/// another script, in percent escapes. Of one that is cut off, 4 signs before or behind `…` or `...` suffice; without
/// these 8, at the end or the beginning of the text, and anywhere 12 in a row of which 4 are digits (others may be a
/// service's address). A shorter secret may occur by chance, so it is found only as it is written, in small or capital
/// letters, with no letter or digit beside it; one of less than 4 signs is never found. Other encodings, such as
/// Base64, are not looked into.
public struct SecretFinder: Sendable {
    private let spellings: [Spelling]

    public init(_ secret: Secret) { spellings = secret.exposed.readings.compactMap(Spelling.init) }

    public func finds(in text: String) -> Bool {
        text.readings.contains { reading in spellings.contains { $0.isIn(reading) } }
    }
}

/// A secret's signs in the way in which a text is searched for them.
private struct Spelling {
    /// Fewer letters and digits are a word that ordinary texts may hold in another spelling.
    static let leastOfAny = 8

    /// So many signs of it in a row tell a secret, wherever they are in it.
    private static let tellingPart = 12
    private static let tellingDigits = 4

    private let isWord: Bool
    private let forward: SignPattern
    private let backward: SignPattern
    private let parts: Set<ArraySlice<Unicode.Scalar>>

    /// - Returns: nil if it is too short to be told from other words.
    init?(_ secret: String) {
        let written = secret.folded
        guard written.count >= SignPattern.leastBeforeCut else { return nil }
        let signs = written.filter(\.isSign)
        isWord = signs.count < Self.leastOfAny
        forward = SignPattern(isWord ? written : signs, isWord: isWord)
        backward = SignPattern((isWord ? written : signs).reversed(), isWord: isWord)
        parts = Set(signs.runs(of: Self.tellingPart).filter { $0.count(where: \.isDigit) >= Self.tellingDigits })
    }

    func isIn(_ text: String) -> Bool {
        let written = text.folded
        let said = isWord ? written : written.filter { $0.isSign || $0 == .cut }
        return forward.isIn(said) || backward.isIn(said.reversed())
            || !parts.isEmpty && said.filter { $0 != .cut }.runs(of: Self.tellingPart).contains(where: parts.contains)
    }
}

/// Signs to be found in a text in one pass (Knuth, Morris and Pratt, 1977).
private struct SignPattern {
    /// So many tell a secret that is cut off.
    static let leastBeforeCut = 4

    private let signs: [Unicode.Scalar]
    private let isWord: Bool
    /// For each number of signs, from 1: with how many of the first ones they end, but all of them.
    private var shorter = [0]

    init(_ signs: [Unicode.Scalar], isWord: Bool) {
        self.signs = signs
        self.isWord = isWord
        for sign in signs.dropFirst() { shorter.append(read(sign, after: shorter[shorter.count - 1])) }
    }

    /// Whether the text holds all signs, or the first of them before a cut or its end.
    func isIn(_ text: [Unicode.Scalar]) -> Bool {
        var found = 0
        for (place, sign) in text.enumerated() {
            if sign == .cut {
                if found >= Self.leastBeforeCut, isFree(place - found - 1, in: text) { return true }
                if !isWord { continue }
            }
            found = read(sign, after: found)
            guard found == signs.count else { continue }
            if isFree(place - found, in: text), isFree(place + 1, in: text) { return true }
            found = shorter[found - 1]
        }
        return !isWord && found >= min(Spelling.leastOfAny, signs.count - 1)
    }

    /// How many of the first signs have been read after this one, if so many were before it.
    private func read(_ sign: Unicode.Scalar, after count: Int) -> Int {
        var count = count
        while count > 0, signs[count] != sign { count = shorter[count - 1] }
        return signs[count] == sign ? count + 1 : 0
    }

    /// Whether the place lets a secret begin or end beside it.
    private func isFree(_ place: Int, in text: [Unicode.Scalar]) -> Bool {
        !isWord || !text.indices.contains(place) || !text[place].isSign
    }
}

extension [Unicode.Scalar] {
    /// All that are in a row, so many each.
    fileprivate func runs(of count: Int) -> some Sequence<ArraySlice<Unicode.Scalar>> {
        (0..<Swift.max(0, self.count - count + 1)).lazy.map { self[$0..<$0 + count] }
    }
}

extension String {
    /// Its signs in one spelling: compatibility forms as the plain letters (NFKD), small letters, ASCII digits, and
    /// three full stops or more as a cut.
    fileprivate var folded: [Unicode.Scalar] {
        var folded: [Unicode.Scalar] = []
        let plain = utf8.allSatisfy { $0 < 0x80 } ? self : decomposedStringWithCompatibilityMapping
        for scalar in plain.unicodeScalars {
            switch scalar {
            case "." where folded.last == .cut: break
            case "." where folded.suffix(2) == [".", "."]:
                folded.removeLast(2)
                folded.append(.cut)
            case "A"..."Z": folded.append(Unicode.Scalar(UInt8(scalar.value) + 0x20))
            case _ where scalar.isASCII: folded.append(scalar)
            default: folded += scalar.small
            }
        }
        return folded
    }
}

extension Unicode.Scalar {
    fileprivate static let cut: Unicode.Scalar = "…"
    private static let zero: UInt8 = 0x30

    /// As small letters, or an ASCII digit.
    fileprivate var small: [Unicode.Scalar] {
        if properties.numericType == .decimal, let value = properties.numericValue {
            return [Unicode.Scalar(Self.zero + UInt8(value))]
        }
        return Array(properties.lowercaseMapping.unicodeScalars)
    }

    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }

    /// Whether it is a letter or a digit, small and of ASCII if it has such a form.
    fileprivate var isSign: Bool {
        isASCII ? ("a"..."z").contains(self) || ("0"..."9").contains(self) : properties.isAlphabetic
    }
}
