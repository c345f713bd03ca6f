import RelayDomain

// How a device's result of a command is read and written: three fields of `result`.

extension CommandResult {
    private enum Word: String, CaseIterable { case entered, refused, uncertain }

    init(_ fields: FieldReader) throws(DeviceProtocolError) {
        switch try fields.need("result", FieldType<Word>.word) {
        case .entered: self = .entered(try fields.may("answer", .posAnswer))
        case .refused:
            self = .refused(try fields.need("reason", FieldType<ReasonCode>.identifier()).withoutAccountNumber)
        case .uncertain: self = .uncertain
        }
    }

    var word: String {
        switch self {
        case .entered: Word.entered.rawValue
        case .refused: Word.refused.rawValue
        case .uncertain: Word.uncertain.rawValue
        }
    }

    var answer: POSAnswer? {
        if case .entered(let answer) = self { answer } else { nil }
    }

    var reason: ReasonCode? {
        if case .refused(let reason) = self { reason } else { nil }
    }
}

extension FieldType<POSAnswer> {
    private enum Kind: String, CaseIterable { case approved, declined }

    static var posAnswer: FieldType {
        .object("an object of kind and, if declined, reason") { (fields) throws(DeviceProtocolError) in
            switch try fields.need("kind", FieldType<Kind>.word) {
            case .approved: .approved(try fields.may("approval", .approval) ?? Approval())
            case .declined: .declined(StatedReason(fields))
            }
        }
    }
}

extension POSAnswer {
    var json: JSONValue {
        switch self {
        case .approved(let approval): approval.answer
        case .declined(let reason): reason.answer
        }
    }
}
