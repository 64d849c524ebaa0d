import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// Finds messages by number and day, and keeps those whose `OutId` is the wanted one: the vendor has no search by
/// `OutId`.
struct DysmsStatusLookup: StatusLookup {
    let client: DysmsClient

    var settlingTime: Duration? { client.settings.settlingTime }
    var findsByReferenceAlone: Bool { false }

    func records(for query: StatusQuery) async throws(ProviderError) -> [StatusRecord] {
        guard case .phone(let number)? = query.recipient else {
            throw ProviderError(
                .unsupported, .rejected, message: "Dysms finds messages by phone number only; name the recipient")
        }
        var records: [StatusRecord] = []
        for day in QuerySendDetails.days(around: query.sentAt, skew: client.vendorClock.offset) {
            records += try await self.records(of: number, day: day, query)
        }
        return records
    }

    private func records(
        of number: PhoneNumber, day: String, _ query: StatusQuery
    ) async throws(ProviderError) -> [StatusRecord] {
        let phone = client.phoneFormat.text(of: number)
        var found: [StatusRecord] = []
        var seen = 0
        for index in 1...QuerySendDetails.maxPages {
            let call = QuerySendDetails.call(phone: phone, day: day, page: index)
            let (_, response) = try await client.perform(call, deadline: query.deadline) {
                $0.hide(number)
                $0.hide(query.personalData)
            }
            let page = try QuerySendDetails.Page(response.body)
            seen += page.records.count
            found += page.records
                .map { StatusRecord($0, expecting: number, format: client.phoneFormat) }
                .filter { query.matches(reference: $0.reference) }
            let isLast = page.total.map { seen >= $0 } ?? (page.records.count < QuerySendDetails.pageSize)
            if isLast { return found }
            if page.records.isEmpty { break }
        }
        // Records are missing from what the vendor counted: "not found" must not be believed, "found" may.
        if !found.isEmpty { return found }
        throw ProviderError(
            .invalidAnswer, .unknown, message: "the vendor's list of sent messages is not whole; ask again")
    }
}
