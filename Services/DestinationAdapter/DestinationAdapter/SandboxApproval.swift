import RelayDomain

/// What the sandbox says with an approval. A field of another type is left out like one that does not fit.
struct SandboxApproval: Decodable {
    let approval: Approval

    /// Stands for an `approval` that is no object.
    static let unread = Approval(leftOut: Set(Approval.Field.allCases))

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ field: Approval.Field) { stringValue = field.rawValue }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }

    private struct Sum: Decodable {
        let minorUnits: Int64
        let currency: String?
        let program: String?

        var amount: Amount? {
            let unit =
                currency.flatMap { CurrencyCode($0) }.map { Amount.Unit.currency($0) }
                ?? program.flatMap { ProgramID($0) }.map { .points($0) }
            return unit.flatMap { Amount(minorUnits: minorUnits, unit: $0) }
        }
    }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        var leftOut: Set<Approval.Field> = []
        func value<Value: Decodable>(_ field: Approval.Field, as type: Value.Type = Value.self) -> Value? {
            guard let isNull = try? fields.decodeNil(forKey: Key(field)), !isNull else { return nil }
            let value = try? fields.decode(type, forKey: Key(field))
            if value == nil { leftOut.insert(field) }
            return value
        }
        func sum(_ field: Approval.Field) -> Amount? {
            guard let sum = value(field, as: Sum.self) else { return nil }
            if sum.amount == nil { leftOut.insert(field) }
            return sum.amount
        }
        let (code, reference): (String?, String?) = (value(.approvalCode), value(.providerReference))
        let (brand, account): (String?, String?) = (value(.brand), value(.maskedAccount))
        let (amount, balance, earned) = (sum(.amount), sum(.balance), sum(.pointsEarned))
        let (receipt, display): ([String]?, [String]?) = (value(.receiptLines), value(.displayLines))
        approval = Approval(
            approvalCode: code, providerReference: reference, amount: amount, brand: brand, maskedAccount: account,
            balance: balance, pointsEarned: earned, receiptLines: receipt ?? [], displayLines: display ?? [],
            leftOut: leftOut)
    }
}
