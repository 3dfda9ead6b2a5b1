"""What the pages of a journey say, in each language: a page in the wrong one is a fault."""

WORDS = {
    "en": {
        "look_into_mail": "Look into your mail",
        "subject": "Confirm your signature",
        "hello": "Hello Ana",
        "confirm": "One press, and it counts",
        "number": "You are number {number}",
        "letters_go": "Ready to send: 2 letters",
        "letters_went": "Thank you for writing",
        "mine": "My actions",
        "delivered": "Delivered",
        "sent": "Sent, delivery not yet confirmed",
        "page_delivered": "delivered",
        "page_sent": "sent, delivery not yet confirmed",
        "mistakes": "Something needs mending",
        "no_email": "This does not look like an e-mail address, such as name@example.org.",
    },
    "es": {
        "look_into_mail": "Revise su correo",
        "subject": "Confirme su firma",
        "hello": "Hola Ana",
        "confirm": "Un toque, y cuenta",
        "number": "Usted es la persona número {number}",
        "letters_go": "Listas para enviar: 2 cartas",
        "letters_went": "Gracias por escribir",
        "mine": "Mis acciones",
        "delivered": "Entregada",
        "sent": "Enviada, falta confirmar la entrega",
        "page_delivered": "entregadas",
        "page_sent": "enviadas, falta confirmar la entrega",
        "mistakes": "Hay algo que corregir",
        "no_email": "Esto no parece una dirección de correo, como nombre@example.org.",
    },
}
"""The words that are looked for, by language and by what they stand for."""
