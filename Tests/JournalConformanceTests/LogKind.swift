import RelayJournal
import SQLiteLog

func logEngine(journals: String, registry: String) -> any JournalEngine {
    SQLiteEngine(journals: journals, registry: registry)
}

func breakLogLock(of engine: any JournalEngine) throws {
    if let log = engine as? SQLiteEngine { try log.breakLock(of: 0) }
}
