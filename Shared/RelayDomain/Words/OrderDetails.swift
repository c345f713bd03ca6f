/// What a destination is told of a transaction beside its sum, and as it was when the authorization was decided. All of
/// it is optional.
public struct OrderDetails: Hashable, Sendable {
    /// What the terminal is called at the destination.
    public let attributes: Attributes
    /// What the merchant's sum is made of.
    public let parts: SumParts?
    /// What is bought.
    public let title: OrderTitle?
    /// The customer's name at the application, opaque to the relay.
    public let customer: CustomerName?

    public init(
        attributes: Attributes = .none, parts: SumParts? = nil, title: OrderTitle? = nil, customer: CustomerName? = nil
    ) {
        self.attributes = attributes
        self.parts = parts
        self.title = title
        self.customer = customer
    }

    public static let none = OrderDetails()
}

/// What a terminal is called at one destination, such as `merchant`, `store` and `terminal`: at most ``countMax`` names
/// of 1 to 32 out of `A-Z a-z 0-9 . _ -`, each with a value of one printable line (``AttributeValue``). No secrets:
/// they stand in the registry and in the journal.
public struct Attributes: Hashable, Sendable {
    public let values: [AttributeName: AttributeValue]

    public static let countMax = 16
    public static let none = Attributes()

    private init() { values = [:] }

    /// - Returns: nil if there are too many.
    public init?(_ values: [AttributeName: AttributeValue]) {
        guard values.count <= Self.countMax else { return nil }
        self.values = values
    }

    public var isEmpty: Bool { values.isEmpty }

    public subscript(name: AttributeName) -> AttributeValue? { values[name] }

    /// In the order in which they are written.
    public var sorted: [(name: AttributeName, value: AttributeValue)] {
        values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// What an attribute is called.
public struct AttributeName: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let text: String

    public static let bytesMax = 32

    /// - Returns: nil unless it has 1 to ``bytesMax`` out of `A-Z a-z 0-9 . _ -`.
    public init?(_ text: String) {
        guard text.utf8.count <= Self.bytesMax, Identifier<Self>(text) != nil else { return nil }
        self.text = text
    }

    public var description: String { text }

    public static func < (left: Self, right: Self) -> Bool { left.text < right.text }
}

/// What a sum is made of, in the smallest part of its unit. A part that is not known is nil.
public struct SumParts: Hashable, Sendable {
    public let tax: Int64?
    /// What of the sum bears no tax.
    public let taxFree: Int64?
    public let service: Int64?
    public let tip: Int64?
    /// In how many instalments the customer pays, from ``instalmentsRange``; nil: at once.
    public let instalments: Int?

    public static let instalmentsRange = 2...99

    /// - Returns: nil if a part is negative or above ``Amount/most``, or the instalments lie out of their range.
    public init?(
        tax: Int64? = nil, taxFree: Int64? = nil, service: Int64? = nil, tip: Int64? = nil, instalments: Int? = nil
    ) {
        guard [tax, taxFree, service, tip].allSatisfy({ $0.map((0...Amount.most).contains) ?? true }),
            instalments.map(Self.instalmentsRange.contains) ?? true
        else { return nil }
        self.tax = tax
        self.taxFree = taxFree
        self.service = service
        self.tip = tip
        self.instalments = instalments
    }
}

extension Texts {
    public enum AttributeValue: AnyTextKind { public static let bytesMax = 64 }
    public enum OrderTitle: AnyTextKind { public static let bytesMax = 128 }
    public enum CustomerName: AnyTextKind { public static let bytesMax = 128 }
}

/// A text that may hold any number: a merchant's has fifteen digits.
public protocol AnyTextKind: TextKind {}

extension AnyTextKind {
    public static func allows(_ text: String) -> Bool { true }
}

/// The value of one attribute.
public typealias AttributeValue = BoundedText<Texts.AttributeValue>
/// What is bought, in one line.
public typealias OrderTitle = BoundedText<Texts.OrderTitle>
/// A customer's name at an application: opaque, and never shown.
public typealias CustomerName = BoundedText<Texts.CustomerName>
