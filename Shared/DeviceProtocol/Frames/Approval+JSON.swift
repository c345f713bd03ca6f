import RelayDomain

// What comes with a yes or a no, in an outcome and in a POS's answer alike.

extension FieldType<Approval> {
    /// An approval counts whatever stands in it: what is no such field is left out.
    static var approval: FieldType {
        FieldType("an object") { (json, _) throws(DeviceProtocolError) in Approval(json) }
    }
}

extension Approval {
    /// Reads the object `approval`. What does not fit is left out, and named in ``leftOut``.
    public init(_ json: JSONValue) {
        guard case .object(let object) = json else {
            self.init(leftOut: json == .null ? [] : Set(Field.allCases))
            return
        }
        var leftOut: Set<Field> = []
        func value(_ field: Field) -> JSONValue? { object[field.rawValue].flatMap { $0 == .null ? nil : $0 } }
        func text(_ json: JSONValue, _ field: Field) -> String? {
            if case .string(let text) = json { return text }
            leftOut.insert(field)
            return nil
        }
        func text(_ field: Field) -> String? { value(field).flatMap { text($0, field) } }
        func amount(_ field: Field) -> Amount? {
            guard let json = value(field) else { return nil }
            let amount = try? Amount(json)
            if amount == nil { leftOut.insert(field) }
            return amount
        }
        func lines(_ field: Field) -> [String] {
            guard let json = value(field) else { return [] }
            guard case .array(let lines) = json else {
                leftOut.insert(field)
                return []
            }
            return lines.compactMap { text($0, field) }
        }
        let (code, reference, brand) = (text(.approvalCode), text(.providerReference), text(.brand))
        let (account, approved, balance) = (text(.maskedAccount), amount(.amount), amount(.balance))
        let (earned, receipt, display) = (amount(.pointsEarned), lines(.receiptLines), lines(.displayLines))
        self.init(
            approvalCode: code, providerReference: reference, amount: approved, brand: brand, maskedAccount: account,
            balance: balance, pointsEarned: earned, receiptLines: receipt, displayLines: display, leftOut: leftOut)
    }

    /// The fields of `approval`: those that there are.
    public var json: JSONObject {
        func lines<Kind>(_ lines: [BoundedText<Kind>]) -> JSONValue? {
            lines.isEmpty ? nil : .array(lines.map { .string($0.text) })
        }
        return JSONObject([
            "approvalCode": approvalCode.map { .string($0.text) },
            "providerReference": providerReference.map { .string($0.text) },
            "amount": amount?.json,
            "brand": brand.map { .string($0.text) },
            "maskedAccount": maskedAccount.map { .string($0.text) },
            "balance": balance?.json,
            "pointsEarned": pointsEarned?.json,
            "receiptLines": lines(receiptLines),
            "displayLines": lines(displayLines),
        ])
    }

    /// The whole answer.
    var answer: JSONValue {
        .object(JSONObject(["kind": .string("approved"), "approval": isBare ? nil : .object(json)]))
    }
}

extension StatedReason {
    /// Reads why somebody declined. A decline is a decline: what is no text is as good as none.
    init(_ fields: FieldReader) {
        func text(_ name: String) -> String? { try? fields.may(name, .string("a text") { $0 }) }
        self.init(said: text("reason"), text: text("text"))
    }

    /// The whole answer.
    var answer: JSONValue {
        .object(
            JSONObject([
                "kind": .string("declined"), "reason": .string(code.text), "text": text.map { .string($0.text) },
            ]))
    }
}
