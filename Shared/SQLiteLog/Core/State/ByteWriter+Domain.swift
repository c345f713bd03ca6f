import RelayDomain

// What batches and transactions have in common: instants as differences, words as numbers, texts, sums.

extension ByteWriter {
    /// By how much one instant is later than another, in milliseconds.
    mutating func add(_ instant: Instant, minus other: Instant) {
        add(signed: instant.milliseconds - other.milliseconds)
    }

    mutating func add(_ word: some NumberedWord) { add(byte: word.number) }

    mutating func add<Kind>(_ name: Identifier<Kind>) { add(text: name.text) }

    mutating func add(text: String) { add(field: text.utf8) }

    /// - Parameter former: the unit that was written before it, which is not written again.
    mutating func add(_ amount: Amount, after former: inout Amount.Unit?) {
        let number = UInt64(amount.minorUnits) << 2
        switch amount.unit {
        case former: add(number)
        case .currency(let code):
            add(number | 1)
            add(raw: code.text.utf8)
        case .points(let program):
            add(number | 2)
            add(program)
        }
        former = amount.unit
    }
}

extension ByteReader {
    /// What ``ByteWriter/add(_:minus:)`` wrote.
    /// - Parameter minus: whether the difference is taken off.
    mutating func instant(_ other: Instant, minus: Bool = false) throws(Unreadable) -> Instant {
        let difference = try signed()
        let (sum, overflows) =
            minus
            ? other.milliseconds.subtractingReportingOverflow(difference)
            : other.milliseconds.addingReportingOverflow(difference)
        let instant = Instant(milliseconds: sum)
        guard !overflows, instant.milliseconds == sum else { throw .malformed }
        return instant
    }

    mutating func word<Word: NumberedWord>() throws(Unreadable) -> Word {
        let number = try byte()
        guard let word = Word.allCases.first(where: { $0.number == number }) else {
            throw .newer("\(Word.self) \(number)")
        }
        return word
    }

    mutating func name<Kind>() throws(Unreadable) -> Identifier<Kind> {
        guard let name = Identifier<Kind>(try text()) else { throw .malformed }
        return name
    }

    mutating func bounded<Kind>() throws(Unreadable) -> BoundedText<Kind> {
        guard let text = BoundedText<Kind>(try text()) else { throw .malformed }
        return text
    }

    mutating func digest() throws(Unreadable) -> KeyedDigest {
        guard let digest = KeyedDigest(try raw(32)) else { throw .malformed }
        return digest
    }

    mutating func amount(after former: inout Amount.Unit?) throws(Unreadable) -> Amount {
        let number = try number()
        let unit: Amount.Unit
        switch number & 3 {
        case 0:
            guard let former else { throw .malformed }
            unit = former
        case 1:
            guard let text = String(validating: try raw(3), as: UTF8.self), let code = CurrencyCode(text) else {
                throw .malformed
            }
            unit = .currency(code)
        case 2: unit = .points(try name())
        default: throw .newer("a kind of unit")
        }
        guard let amount = Amount(minorUnits: Int64(number >> 2), unit: unit) else { throw .malformed }
        former = unit
        return amount
    }
}
