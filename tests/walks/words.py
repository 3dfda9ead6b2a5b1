"""What the pages of a journey say, in each language: a page in the wrong one is a fault."""

WORDS = {
    "en": {
        "look_into_mail": "Check your email",
        "subject": "Confirm your signature",
        "hello": "Hello Ana",
        "confirm": "One more tap to confirm",
        "number": "You’re supporter number {number}",
        "letters_go": "Ready to send: 2 letters",
        "letters_went": "Thank you for writing",
        "mine": "My actions",
        "delivered": "Delivered",
        "sent": "Sent, delivery not yet confirmed",
        "page_delivered": "delivered",
        "page_sent": "sent, delivery not yet confirmed",
        "mistakes": "There is a problem",
        "no_email": "Enter an email address like name@example.org.",
    },
    "es": {
        "look_into_mail": "Revise su correo",
        "subject": "Confirme su firma",
        "hello": "Hola Ana",
        "confirm": "Un toque más para confirmar",
        "number": "Usted es la persona número {number} en firmar",
        "letters_go": "Listas para enviar: 2 cartas",
        "letters_went": "Gracias por escribir",
        "mine": "Mis acciones",
        "delivered": "Entregada",
        "sent": "Enviada, falta confirmar la entrega",
        "page_delivered": "entregadas",
        "page_sent": "enviadas, falta confirmar la entrega",
        "mistakes": "Hay un problema",
        "no_email": "Escriba una dirección de correo como nombre@example.org.",
    },
}
"""The words that are looked for, by language and by what they stand for."""
