using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Engagement.Testing;
using Microsoft.AspNetCore.Http;

namespace Integration.Tests.Chaos;

/// <summary>
/// A company's own desk, a Chatwoot, and its webhook, both in this process, with what a site's file says of them. Now and then an answer of theirs is lost
/// after what was asked for was done, as a network does it.
/// </summary>
internal sealed class CompanyDesk : IAsyncDisposable
{
    /// <summary>Of the calls that make something at the desk, and of the notices, each so many-th loses its answer.</summary>
    private const int DeskAnswerLost = 11, NoticeAnswerLost = 40;

    private const int Agents = 3, Capacity = 20;
    private static readonly byte[] Secret = SHA256.HashData("webhook"u8);
    private readonly ReceivingServer _webhook;
    private int _deskCalls, _presenceReads, _refused;
    private volatile bool _isDown, _hidesPresence;

    private CompanyDesk(ChatwootServer chatwoot, ReceivingServer webhook)
    {
        (Chatwoot, _webhook) = (chatwoot, webhook);
        for (var id = 1; id <= Agents; id++) chatwoot.Agents.Add(chatwoot.Agent(id, "online"));
        chatwoot.Trouble = call =>
        {
            if (_isDown)
            {
                Interlocked.Increment(ref _refused);
                return 0;
            }
            if (!IsPresence(call)) return null;
            if (_hidesPresence) return 503;
            Interlocked.Increment(ref _presenceReads);
            return null;
        };
        chatwoot.LosesAnswer = call => call.Method == "POST" && Interlocked.Increment(ref _deskCalls) % DeskAnswerLost == 0;
        webhook.Answer = TakeAsync;
    }

    public static string[] NodeArguments => ["--allow-private-receivers"];

    public ChatwootServer Chatwoot { get; }

    /// <summary>Notices that the webhook took, whether or not its answer arrived, as they came.</summary>
    public ConcurrentQueue<ReceivedCall> Taken { get; } = new();

    /// <summary>How often who is there was asked and told.</summary>
    public int PresenceReads => Volatile.Read(ref _presenceReads);

    /// <summary>How many calls met a desk or a webhook that was down.</summary>
    public int Refused => Volatile.Read(ref _refused);

    /// <summary>While it is: the webhook answers 503, the desk cuts every connection.</summary>
    public bool IsDown
    {
        get => _isDown;
        set => _isDown = value;
    }

    /// <summary>While it does, the desk takes cards but answers 503 to whoever asks who is there.</summary>
    public bool HidesPresence
    {
        get => _hidesPresence;
        set => _hidesPresence = value;
    }

    /// <summary>Members of the site's file, each with its comma.</summary>
    public string SiteMembers => string.Create(CultureInfo.InvariantCulture, $$"""
        "desk": { "kind": "chatwoot", "url": "{{Chatwoot.Url}}", "account": 3, "inbox": 7, "secret": { "file": "chaos.chatwoot" }, "capacity": {{Capacity}} },
        "webhooks": [ { "url": "{{_webhook.Url}}in", "secret": { "file": "chaos.webhook" } } ],
        """);

    public static async Task<CompanyDesk> StartAsync() => new(await ChatwootServer.StartAsync(), await ReceivingServer.StartAsync());

    public void WriteSecrets(string directory)
    {
        File.WriteAllText(Path.Combine(directory, "chaos.chatwoot"), ChatwootServer.Token);
        File.WriteAllText(Path.Combine(directory, "chaos.webhook"), $"whsec_{Convert.ToBase64String(Secret)}");
    }

    /// <summary>Whether a notice is signed as Standard Webhooks has it, by the secret that the site's file names.</summary>
    public static bool IsSigned(ReceivedCall call)
    {
        var signed = Encoding.UTF8.GetBytes($"{call.Headers["webhook-id"]}.{call.Headers["webhook-timestamp"]}.{call.Body}");
        return call.Headers["webhook-signature"] == $"v1,{Convert.ToBase64String(HMACSHA256.HashData(Secret, signed))}";
    }

    public async ValueTask DisposeAsync()
    {
        await Chatwoot.DisposeAsync();
        await _webhook.DisposeAsync();
    }

    private static bool IsPresence(ReceivedCall call) => call.Method == "GET" && call.Path.EndsWith("/agents", StringComparison.Ordinal);

    private Task TakeAsync(ReceivedCall call, HttpContext context)
    {
        if (_isDown)
        {
            Interlocked.Increment(ref _refused);
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        }
        context.Response.StatusCode = 204;
        Taken.Enqueue(call);
        if (Taken.Count % NoticeAnswerLost == 0) context.Abort();
        return Task.CompletedTask;
    }
}
