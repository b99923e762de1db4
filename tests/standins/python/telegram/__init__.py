"""The interface of python-telegram-bot 20 that the adapter uses, without a network."""


class Update:
    def __init__(self, message, chat, user):
        self.effective_message = message
        self.effective_chat = chat
        self.effective_user = user
