import NotificationGateway

func tellEachItsOwn(_ gateway: Gateway) async {
    let delivery = await gateway.send(
        Message(
            to: ["13800138000", "13900139000"], template: "shipped", parameters: ["carrier": "SF"],
            individualParameters: ["13800138000": ["parcel": "A-17"], "13900139000": ["parcel": "B-4"]]))
    for result in delivery.recipients { print(result, result.error?.reason.rawValue ?? "") }
}
