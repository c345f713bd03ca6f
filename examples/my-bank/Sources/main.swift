import DestinationKit

try await DestinationProcess.run("baton-my-bank-adapter", reading: MyBankSettings.init) { settings in
    MyBank(bank: Bank(limit: settings.limit))
}
