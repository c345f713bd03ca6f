// Text from outside that is shown on a person's terminal, in a log or in the record.

extension StringProtocol {
    /// Whether it is one line that does nothing but be read: no control characters, no line breaks, no marks that turn
    /// the direction of writing.
    public var isPlain: Bool { unicodeScalars.allSatisfy(\.isPlain) }

    /// Whether it is plain and has as many Unicode scalars as that. (A character may have any number of them.)
    public func isPlain(_ lengths: ClosedRange<Int>) -> Bool { lengths.contains(unicodeScalars.count) && isPlain }

    /// ``plain``, cut to so many Unicode scalars.
    public func plain(most: Int) -> String {
        String(
            String.UnicodeScalarView(
                String(String.UnicodeScalarView(unicodeScalars.prefix(most))).plain.unicodeScalars.prefix(most)))
    }

    /// The same text with all that is not ``isPlain`` written out, such as `\u{1B}`. Nothing in it can move a cursor,
    /// begin a line or hide what stands there.
    public var plain: String {
        guard !isPlain else { return String(self) }
        var plain = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isPlain {
                plain.append(scalar)
            } else {
                plain.append(contentsOf: "\\u{\(String(scalar.value, radix: 16, uppercase: true))}".unicodeScalars)
            }
        }
        return String(plain)
    }
}

extension Unicode.Scalar {
    fileprivate var isPlain: Bool {
        if value < 0x7F { return value >= 0x20 }  // ASCII needs no table.
        return switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        // Joiners and non-joiners belong to the spelling of some languages, and to emoji.
        case .format: value == 0x200C || value == 0x200D
        default: true
        }
    }
}
