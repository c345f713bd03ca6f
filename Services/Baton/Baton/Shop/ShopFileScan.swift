/// A check of a shop file before it is read as YAML.
///
/// An alias stands for a copy of what its anchor names, so that a few nested ones expand some lines to gigabytes, both
/// as values and as keys. A shop file needs none. Every text that could begin one is refused, in quotes too: only the
/// YAML reader can distinguish a quote from a letter, and it must not run before this check. (libyaml itself limits the
/// nesting of lists.)
enum ShopFileScan {
    /// Where it could begin.
    struct Mistake: Error, Equatable {
        /// Counted from 1.
        let line: Int

        var sentence: String {
            "anchors (&name) and aliases (*name) are not accepted; write each entry out, "
                + "and a text with a space after & or *"
        }
    }

    /// - Throws: ``Mistake``.
    static func check(_ text: String) throws(Mistake) {
        var line = 1
        var before: Unicode.Scalar = "\n"
        var sign: Unicode.Scalar?
        for scalar in text.unicodeScalars {
            if sign != nil, scalar.mayNameAnAnchor { throw Mistake(line: line) }
            sign = (scalar == "&" || scalar == "*") && before.mayStandBeforeAnAnchor ? scalar : nil
            if scalar == "\n" { line += 1 }
            before = scalar
        }
    }
}

extension Unicode.Scalar {
    /// As libyaml defines it.
    fileprivate var mayNameAnAnchor: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    /// White space, YAML's line breaks, and the signs after which a value may begin at once. Not quotes: after them a
    /// text has begun or ended; and not the hyphen, which needs a space.
    fileprivate var mayStandBeforeAnAnchor: Bool {
        switch self {
        case " ", "\t", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}", "[", "]", "{", "}", ",", ":", "?":
            true
        default: false
        }
    }
}
