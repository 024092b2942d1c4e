-- What wrk sends: a notification like ours, the same every time.
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"subject":"Your order has shipped","message":"Parcel on its way, arriving tomorrow","email":"user1@example.com","channels":["email"]}'
