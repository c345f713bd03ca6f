import GRDB

extension Row {
    /// A column's value, or nil if it is NULL or something else than it should be: whoever damages a file is not bound
    /// to a column's type.
    func value<Value: DatabaseValueConvertible>(_ column: Int, _: Value.Type) -> Value? {
        Value.fromDatabaseValue(self[column])
    }
}
