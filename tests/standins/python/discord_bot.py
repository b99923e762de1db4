"""A bot of the real discord.py, pointed at a stand-in of Discord."""

import os

import discord
import discord.http
import yarl
from discord.gateway import DiscordWebSocket
from muster.discord import manage_discord
from scene import new_muster

discord.http.Route.BASE = os.environ["DISCORD_API"]
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(os.environ["DISCORD_API"].replace("http", "ws").replace("/api", "/"))

intents = discord.Intents(guilds=True, messages=True, message_content=True)
client = discord.Client(intents=intents)
manage_discord(client, new_muster(), messages=True, metrics_s=0.1)


@client.event
async def on_message(message):
    raise ValueError("no fuel")


client.run("token", log_handler=None)
