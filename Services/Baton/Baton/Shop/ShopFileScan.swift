/// A look at a shop file before it is read as YAML.
///
/// An alias stands for a copy of what its anchor names, so that a few nested ones make some lines into gigabytes, as
/// values and as keys alike. A shop file needs none. Whatever could begin one is refused, in quotes too: what is a
/// quote and what a letter only the reader of YAML can tell, and it is not asked before. (How deep lists are nested
/// libyaml itself bounds.)
enum ShopFileScan {
    /// Where it could begin.
    struct Mistake: Error, Equatable {
        /// Counted from 1.
        let line: Int

        var sentence: String {
            "anchors (&name) and aliases (*name) are not taken; write each entry out, and a text with a space behind the & or *"
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
    /// As libyaml has it.
    fileprivate var mayNameAnAnchor: Bool {
        switch self {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-": true
        default: false
        }
    }

    /// White space, YAML's line breaks, and the signs behind which a value may begin at once. Quotes are none: behind
    /// them a text has begun, or is at its end; nor is the hyphen, which wants a space.
    fileprivate var mayStandBeforeAnAnchor: Bool {
        switch self {
        case " ", "\t", "\n", "\r", "\u{85}", "\u{2028}", "\u{2029}", "\u{FEFF}", "[", "]", "{", "}", ",", ":", "?":
            true
        default: false
        }
    }
}
