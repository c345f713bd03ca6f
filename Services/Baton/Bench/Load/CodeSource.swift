/// Where phones get a new one-time code for each transaction.
enum CodeSource {
    /// Generated when needed, twenty digits each: for a destination that accepts any code.
    case counted(Int)
    /// Issued beforehand.
    case stock([String])

    /// - Returns: nil when the stock is used up.
    mutating func next() -> String? {
        switch self {
        case .counted(let count):
            self = .counted(count + 1)
            let digits = String(count)
            return "99" + String(repeating: "0", count: max(0, 18 - digits.utf8.count)) + digits
        case .stock(var codes):
            self = .counted(0)  // Lets the array be changed in place.
            let code = codes.popLast()
            self = .stock(codes)
            return code
        }
    }
}
