/// A sentence for the people at the counter, cashier and customer, in a destination's own words. It fits on a display
/// and does nothing there but be read: no control characters, no line breaks, no marks that turn the direction of
/// writing.
public struct DisplayText: Hashable, Sendable, CustomStringConvertible {
    /// Printable, without line breaks.
    public let text: String

    /// The most Unicode scalars.
    public static let most = 140

    /// Makes a foreign text fit: drops what is not for reading, writes each run of white space as one space, and cuts
    /// what is too long, with `…` at its end.
    /// - Returns: nil if nothing readable is left.
    public init?(cleaning foreign: some StringProtocol) {
        var scalars = String.UnicodeScalarView()
        var count = 0
        var isReadable = false
        var spaceIsDue = false
        for scalar in foreign.unicodeScalars {
            let use = scalar.use
            if use == .space { spaceIsDue = count > 0 }
            guard use == .read || use == .joins else { continue }
            if count + (spaceIsDue ? 2 : 1) > Self.most {
                while count >= Self.most || scalars.last == " " {
                    scalars.removeLast()
                    count -= 1
                }
                scalars.append("…")
                break
            }
            if spaceIsDue { scalars.append(" ") }
            scalars.append(scalar)
            count += spaceIsDue ? 2 : 1
            spaceIsDue = false
            isReadable = isReadable || use == .read
        }
        guard isReadable else { return nil }
        text = String(scalars)
    }

    public var description: String { text }
}

extension Unicode.Scalar {
    fileprivate enum Use { case read, joins, space, none }

    /// What the scalar is good for on a display.
    fileprivate var use: Use {
        if (0x21..<0x7F).contains(value) { return .read }  // ASCII needs no table.
        return switch properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator: .space
        case .control: properties.isWhitespace ? .space : .none
        // Joiners and non-joiners belong to the spelling of some languages, and to emoji.
        case .format: value == 0x200C || value == 0x200D ? .joins : .none
        case .nonspacingMark, .enclosingMark, .spacingMark: .joins
        case .surrogate, .privateUse, .unassigned: .none
        default: .read
        }
    }
}
