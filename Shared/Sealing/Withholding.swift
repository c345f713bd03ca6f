import RelayDomain

// What others say about a transaction goes into the journal and onto displays; some repeat the code that they were
// sent. There is one rule for whether a text holds it.

extension Secret {
    /// A shorter one may occur in an ordinary sentence by chance.
    private static let tellingLength = 4

    /// Whether a text holds it, perhaps in groups, in other letters or in the digits of another script, or cut inside
    /// it with `…`. One of less than four signs is never found.
    public func isIn(_ text: String) -> Bool {
        guard exposed.unicodeScalars.count >= Self.tellingLength else { return false }
        if text.contains(exposed) { return true }
        let secret = exposed.spelling
        guard secret.count >= Self.tellingLength else { return false }
        let said = text.spelling
        return said.contains(secret) || text.hasSuffix("…") && said.endsAmid(secret, atLeast: Self.tellingLength)
    }
}

extension StatedReason {
    /// The same without the secret: a code that holds it reads as unspecified, a text as none.
    public func withholding(_ secret: Secret) -> StatedReason {
        StatedReason(
            secret.isIn(code.text) ? .unspecified : code, text: text.flatMap { secret.isIn($0.text) ? nil : $0 })
    }
}

extension Approval {
    /// The same without the texts that hold the secret.
    public func withholding(_ secret: Secret) -> Approval { leavingOut { secret.isIn($1) } }
}

extension String {
    /// Its letters and digits alone, in small letters and ASCII digits.
    fileprivate var spelling: [Unicode.Scalar] {
        var spelling: [Unicode.Scalar] = []
        for scalar in unicodeScalars {
            switch scalar {
            case "a"..."z", "0"..."9": spelling.append(scalar)
            case "A"..."Z": spelling.append(Unicode.Scalar(UInt8(scalar.value) + 0x20))
            case _ where scalar.isASCII: break
            default: spelling += scalar.foreignSpelling
            }
        }
        return spelling
    }
}

extension Unicode.Scalar {
    private static let zero: UInt8 = 0x30

    fileprivate var foreignSpelling: [Unicode.Scalar] {
        if properties.numericType == .decimal, let value = properties.numericValue {
            return [Unicode.Scalar(Self.zero + UInt8(value))]
        }
        return properties.isAlphabetic ? Array(properties.lowercaseMapping.unicodeScalars) : []
    }
}

extension [Unicode.Scalar] {
    /// Whether the end of it is a beginning of the secret.
    fileprivate func endsAmid(_ secret: Self, atLeast least: Int) -> Bool {
        (least...Swift.max(secret.count, least)).contains { $0 <= count && suffix($0).elementsEqual(secret.prefix($0)) }
    }
}
