/// What a destination, or a POS, says with its yes. All of it is optional, all of it is bounded, and an approval counts
/// without any of it: it is for the people at the counter, the receipt and the books.
public struct Approval: Hashable, Sendable {
    /// The names of the fields, as JSON and logs write them.
    public enum Field: String, Hashable, Sendable, CaseIterable {
        case approvalCode, providerReference, amount, brand, maskedAccount, balance, pointsEarned, receiptLines
        case displayLines
    }

    /// The issuer's code, which stands on receipts.
    public let approvalCode: ApprovalCode?
    /// What the provider calls the booking.
    public let providerReference: ProviderReference?
    /// What was approved.
    public let amount: Amount?
    public let brand: Brand?
    public let maskedAccount: MaskedAccount?
    /// What is left on the account, or of the points.
    public let balance: Amount?
    public let pointsEarned: Amount?
    /// For the receipt, at most ``receiptLinesMax``.
    public let receiptLines: [ReceiptLine]
    /// For the terminal's display, at most ``displayLinesMax``.
    public let displayLines: [DisplayLine]
    /// What was said and is left out, because it did not fit.
    public let leftOut: Set<Field>

    public static let receiptLinesMax = 8
    public static let displayLinesMax = 2

    /// An approval with what can be kept of the words that came with it; the rest is named in ``leftOut``. An empty
    /// text is as good as none. Lines are also judged as one text, in which what was wrapped reads on: if that could
    /// hold a full account number, all of them are left out.
    /// - Parameter leftOut: what was left out before.
    public init(
        approvalCode: String? = nil, providerReference: String? = nil, amount: Amount? = nil, brand: String? = nil,
        maskedAccount: String? = nil, balance: Amount? = nil, pointsEarned: Amount? = nil,
        receiptLines: [String] = [], displayLines: [String] = [], leftOut: Set<Field> = []
    ) {
        var unfit = leftOut
        func fit<Kind>(_ text: String?, _ field: Field) -> BoundedText<Kind>? {
            guard let text, !text.isEmpty else { return nil }
            let fit = BoundedText<Kind>(text)
            if fit == nil { unfit.insert(field) }
            return fit
        }
        func fit<Kind>(_ lines: [String], most: Int, _ field: Field) -> [BoundedText<Kind>] {
            if lines.count > most { unfit.insert(field) }
            let fit: [BoundedText<Kind>] = lines.prefix(most).compactMap { fit($0, field) }
            // By the rule for references: lines end with numbers and begin with others, by which no line should go.
            guard fit.readOn().mayHoldCardNumber else { return fit }
            unfit.insert(field)
            return []
        }
        self.approvalCode = fit(approvalCode, .approvalCode)
        self.providerReference = fit(providerReference, .providerReference)
        self.amount = amount
        self.brand = fit(brand, .brand)
        self.maskedAccount = fit(maskedAccount, .maskedAccount)
        self.balance = balance
        self.pointsEarned = pointsEarned
        self.receiptLines = fit(receiptLines, most: Self.receiptLinesMax, .receiptLines)
        self.displayLines = fit(displayLines, most: Self.displayLinesMax, .displayLines)
        self.leftOut = unfit
    }

    /// Whether it says nothing but yes.
    public var isBare: Bool { self == Approval() }

    /// The same without the texts that hold what must not stand there; without any of the lines if they hold it as one
    /// text.
    public func leavingOut(where isUnfit: (Field, String) -> Bool) -> Approval {
        var unfit = leftOut
        func kept(_ text: String?, _ field: Field) -> String? {
            guard let text, isUnfit(field, text) else { return text }
            unfit.insert(field)
            return nil
        }
        func kept<Kind>(_ lines: [BoundedText<Kind>], _ field: Field) -> [String] {
            let fit = lines.filter { kept($0.text, field) != nil }
            return fit.isEmpty || kept(fit.readOn(), field) == nil ? [] : fit.map(\.text)
        }
        let code = kept(approvalCode?.text, .approvalCode)
        let reference = kept(providerReference?.text, .providerReference)
        let (brand, account) = (kept(brand?.text, .brand), kept(maskedAccount?.text, .maskedAccount))
        let (receipt, display) = (kept(receiptLines, .receiptLines), kept(displayLines, .displayLines))
        return Approval(
            approvalCode: code, providerReference: reference, amount: amount, brand: brand, maskedAccount: account,
            balance: balance, pointsEarned: pointsEarned, receiptLines: receipt, displayLines: display, leftOut: unfit)
    }
}

extension Sequence {
    /// The lines as one text, in which what was wrapped reads on.
    fileprivate func readOn<Kind>() -> String where Element == BoundedText<Kind> { map(\.text).joined(separator: " ") }
}
