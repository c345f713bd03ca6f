import Sealing

extension WindowSight {
    /// - Parameter code: what the field should hold; nil if nothing.
    init(_ state: WindowState, code: Secret?) {
        switch state {
        case .open(field: nil, let sale): self = .open(.empty, sale: sale)
        case .open(let field?, let sale):
            self = .open(code.map(field.hasSameBytes(as:)) == true ? .code : .other, sale: sale)
        case .closed: self = .closed
        case .sent: self = .sent
        case .unknown: self = .unknown
        }
    }
}

extension Secret {
    /// Whether both are the same bytes. Two spellings that look alike, as Unicode's canonical equivalents do, are two
    /// codes to a destination.
    func hasSameBytes(as other: Secret) -> Bool { exposed.utf8.elementsEqual(other.exposed.utf8) }
}
