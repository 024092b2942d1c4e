module example.org/post/mailer/v2

go 1.24
