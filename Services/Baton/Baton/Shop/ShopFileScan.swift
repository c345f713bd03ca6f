/// A look at a shop file before it is read as YAML: what lets a small file grow without bound in the reader is refused.
///
/// An alias stands for a copy of what its anchor names, so that nested ones make a few lines into gigabytes; nested lists cost
/// the reader its stack. A shop file needs neither.
struct ShopFileScan {
    /// How deep lists and mappings may be nested within brackets.
    static let depthMost = 16
    /// In which column an entry may begin outside of brackets: each level stands further to the right.
    static let columnMost = 64

    /// The first mistake: its line, counted from 1, and a sentence.
    struct Mistake: Error, Equatable {
        let line: Int
        let sentence: String
    }

    private var line = 1
    private var column = 0
    private var depth = 0
    /// Whether a value may begin here: then `&`, `*`, `"` and `'` mean something.
    private var isAtStart = true
    private var quote: UInt8?
    private var isComment = false
    private var isTag = false
    private var before: UInt8 = newline

    /// - Throws: ``Mistake``.
    static func check(_ text: String) throws(Mistake) {
        var scan = ShopFileScan()
        var bytes = text.utf8.makeIterator()
        while let byte = bytes.next() {
            if scan.quote == doubleQuote, byte == UInt8(ascii: "\\") {
                if bytes.next() == newline { scan.line += 1 }
                continue
            }
            try scan.take(byte)
        }
    }

    private static let newline = UInt8(ascii: "\n")
    private static let doubleQuote = UInt8(ascii: "\"")

    private mutating func take(_ byte: UInt8) throws(Mistake) {
        defer {
            before = byte
            column = byte == Self.newline ? 0 : column + 1
            if byte == Self.newline { line += 1 }
        }
        if let quote {
            if byte == quote { self.quote = nil }
            return
        }
        if byte == Self.newline {
            (isComment, isTag, isAtStart) = (false, false, true)
            return
        }
        guard !isComment else { return }
        switch byte {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
            // Behind a key's colon, an entry's hyphen or a tag a value may begin; behind another word it goes on.
            isAtStart =
                isAtStart || isTag || [UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "?")].contains(before)
            isTag = false
        case UInt8(ascii: "#") where isAtStart || before == UInt8(ascii: " "): isComment = true
        case UInt8(ascii: "&") where isAtStart, UInt8(ascii: "*") where isAtStart:
            throw Mistake(
                line: line,
                sentence: "anchors and aliases are not taken; write each entry out, or put the text in quotes")
        case Self.doubleQuote where isAtStart, UInt8(ascii: "'") where isAtStart:
            (quote, isAtStart) = (byte, false)
        case UInt8(ascii: "!") where isAtStart: (isTag, isAtStart) = (true, false)
        case UInt8(ascii: "["), UInt8(ascii: "{"): try open()
        case UInt8(ascii: "]"), UInt8(ascii: "}"): (depth, isAtStart) = (max(0, depth - 1), false)
        case UInt8(ascii: ","): isAtStart = depth > 0
        case UInt8(ascii: ":") where depth > 0 && before == Self.doubleQuote: isAtStart = true  // {"key":value}
        case UInt8(ascii: "-") where isAtStart, UInt8(ascii: "?") where isAtStart: try entry()
        default: if !isTag { isAtStart = false }
        }
    }

    private mutating func open() throws(Mistake) {
        guard isAtStart || depth > 0 else { return }  // A bracket amid a word.
        depth += 1
        isAtStart = true
        guard depth <= Self.depthMost else {
            throw Mistake(line: line, sentence: "lists are nested more than \(Self.depthMost) deep")
        }
    }

    /// A hyphen or question mark where a value may begin; with a space behind it, it begins an entry.
    private mutating func entry() throws(Mistake) {
        isAtStart = false
        guard depth > 0 || column <= Self.columnMost else {
            throw Mistake(line: line, sentence: "entries are nested too deep: one begins in column \(column + 1)")
        }
    }
}
