// A full account number of a payment card (PAN) must stand in no result, on no display and on no receipt. It has 13 to
// 19 digits, of which the first is not 0 and the last is a check digit (ISO/IEC 7812-1). Digits that are not such a
// number pass: receipts have telephone numbers, the names of card applications and numbers beside each other.

extension String {
    /// Whether it holds what could be a full account number: decimal digits of any script, anywhere in a row or in
    /// whole groups, that are 13 to 19 and have the right check digit. Of other numbers, one in ten with 13 digits has
    /// it by chance, and most rows that are longer by some digits hold one that has.
    ///
    /// Spaces, hyphens and what has no width part the groups of one number, of whatever length and however many they
    /// are; up to three other signs, such as full stops, only groups of three digits or more: sums and times are no
    /// account numbers. Letters end a number.
    public var mayHoldAccountNumber: Bool {
        readings.contains { reading in
            let groups = reading.digitGroups
            return groups.contains(where: \.holdsAccountNumber) || groups.have(\.areAccountNumber)
        }
    }

    /// The same for a reference, which is often a long number itself. What counts there has no letter beside it, begins
    /// as a payment card's number does, and has the right check digit; if digits follow in the same row, such as a
    /// card's expiry and service code (4 and 3 digits, ISO/IEC 7813), any beginning of 13 to 19 digits may have it.
    ///
    /// Of other numbers that begin so, this takes one in ten with 13 digits, one in three with 16, and half of those
    /// with 19 to 26. A longer one is no account number, and neither is one that begins with a year, or is hexadecimal.
    public var mayHoldCardNumber: Bool {
        readings.contains { reading in
            let groups = reading.digitGroups.outsideWords
            return groups.contains(where: \.beginsWithCardNumber) || groups.have(\.areCardNumber)
        }
    }

    /// Its runs of decimal digits. A text with too few digits for an account number has none.
    private var digitGroups: [DigitGroup] {
        guard unicodeScalars.count(where: \.isDecimalDigit) >= accountLengths.lowerBound else { return [] }
        var groups: [DigitGroup] = []
        var gap = DigitGap(), digits: [UInt8] = []
        func endGroup(_ next: Unicode.Scalar?) {
            guard !digits.isEmpty else { return }
            groups.append(
                DigitGroup(
                    digits: digits, goesOn: gap.joins(groups.last?.digits.count ?? 0, digits.count),
                    isInWord: gap.endsInLetter || next?.isLetter ?? false))
            (gap, digits) = (DigitGap(), [])
        }
        for scalar in unicodeScalars {
            if scalar.isDecimalDigit {
                digits.append(UInt8(scalar.properties.numericValue ?? 0))
            } else {
                endGroup(scalar)
                gap.add(scalar)
            }
        }
        endGroup(nil)
        return groups
    }
}

private let accountLengths = 13...19
private let expiryAndServiceCode = 7

/// Digits in a row.
private struct DigitGroup {
    let digits: [UInt8]
    /// Whether it may go on with the number of the group before it.
    let goesOn: Bool
    /// Whether a letter is beside it.
    let isInWord: Bool
}

/// Digits that are read one after the other, and may be an account number.
private struct DigitsRead {
    private(set) var count = 0
    private var beginning = 0  // The first two digits as a number.
    private var sum = 0  // For the check digit.
    private var sumBeforeNext = 0  // The same if one more digit follows: then the others are doubled.

    mutating func read(_ digit: UInt8) {
        let (digit, double) = (Int(digit), 2 * Int(digit))
        if count < 2 { beginning = beginning * 10 + digit }
        (sum, sumBeforeNext) = (sumBeforeNext + digit, sum + double / 10 + double % 10)
        count += 1
    }

    /// Whether 13 to 19 digits add up to a multiple of ten, with every second one from the end doubled (ISO/IEC 7812-1,
    /// annex B). None begins with 0, which no card issuer has, nor with 19 or 20, as years do.
    var areAccountNumber: Bool {
        accountLengths.contains(count) && beginning >= 10 && beginning != 19 && beginning != 20
            && sum.isMultiple(of: 10)
    }

    /// Payment cards' numbers begin with 3 to 6 (ISO/IEC 7812-1, major industry identifiers); of those with 2 the card
    /// networks use 2200 to 2720, of those with 8 and 9 RuPay 81 and 82, and Troy 9792.
    var areCardNumber: Bool {
        let isOfNetwork =
            switch beginning {
            case 22...27, 30...69, 81, 82, 97: true
            default: false
            }
        return isOfNetwork && areAccountNumber
    }
}

extension DigitGroup {
    /// Whether an account number is among its digits.
    fileprivate var holdsAccountNumber: Bool {
        digits.indices.contains { digits[$0...].begin(with: \.areAccountNumber) }
    }

    /// Whether it is a card's number, perhaps with more digits behind it.
    fileprivate var beginsWithCardNumber: Bool {
        digits.count <= accountLengths.upperBound + expiryAndServiceCode && digits[...].begin(with: \.areCardNumber)
    }
}

extension ArraySlice<UInt8> {
    fileprivate func begin(with isNumber: (DigitsRead) -> Bool) -> Bool {
        var number = DigitsRead()
        return prefix(accountLengths.upperBound).contains { digit in
            number.read(digit)
            return isNumber(number)
        }
    }
}

extension [DigitGroup] {
    /// Those without a letter beside them. Nothing goes on behind one that has.
    fileprivate var outsideWords: [DigitGroup] {
        var kept: [DigitGroup] = []
        var isBehindWord = false
        for group in self {
            if !group.isInWord {
                kept.append(
                    DigitGroup(digits: group.digits, goesOn: group.goesOn && !isBehindWord, isInWord: false))
            }
            isBehindWord = group.isInWord
        }
        return kept
    }

    /// Whether whole groups, one after the other, are a number.
    fileprivate func have(_ isNumber: (DigitsRead) -> Bool) -> Bool {
        indices.contains { start in
            var number = DigitsRead()
            for group in self[start...] {
                guard number.count == 0 || group.goesOn,
                    number.count + group.digits.count <= accountLengths.upperBound
                else { return false }
                for digit in group.digits { number.read(digit) }
                if isNumber(number) { return true }
            }
            return false
        }
    }
}

/// What stands between two groups of digits.
private struct DigitGap {
    private var signs = 0
    private var hasLetters = false
    private(set) var endsInLetter = false

    mutating func add(_ scalar: Unicode.Scalar) {
        endsInLetter = scalar.isLetter
        hasLetters = hasLetters || endsInLetter
        if !scalar.joinsDigits { signs += 1 }
    }

    /// Whether groups of so many digits before and behind it may be one number.
    func joins(_ before: Int, _ behind: Int) -> Bool {
        !hasLetters && (signs == 0 || signs <= 3 && before >= 3 && behind >= 3)
    }
}

extension Unicode.Scalar {
    /// Whether it is a digit of any script, perhaps raised or in a circle.
    var isDecimalDigit: Bool {
        guard !isASCII else { return ("0"..."9").contains(self) }
        return properties.numericType == .decimal || properties.numericType == .digit
    }

    fileprivate var isLetter: Bool {
        guard !isASCII else { return ("a"..."z").contains(self) || ("A"..."Z").contains(self) }
        return properties.isAlphabetic && !joinsDigits
    }

    /// Whether it may stand between any two digits of one number: white space, a hyphen, or what has no width.
    var joinsDigits: Bool {
        guard !isASCII else { return value <= 0x20 || value == 0x7F || self == "-" }
        if properties.isWhitespace || properties.isDefaultIgnorableCodePoint { return true }
        return switch properties.generalCategory {
        case .dashPunctuation, .control, .format, .nonspacingMark, .enclosingMark: true
        default: false
        }
    }
}

extension ReasonCode {
    /// The same; ``unspecified`` if it could hold a full account number.
    public var withoutAccountNumber: ReasonCode { text.mayHoldAccountNumber ? .unspecified : self }
}
