using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Engagement.Testing;

/// <summary>What came to a server.</summary>
internal sealed record ReceivedCall(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A server on the loopback that keeps what it is sent and answers as it is told.</summary>
internal sealed class ReceivingServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ReceivingServer(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedCall> Calls { get; } = new();

    /// <summary>Answers a call; what it writes beyond the status is its own affair.</summary>
    public Func<ReceivedCall, HttpContext, Task> Answer { get; set; } = static (_, context) =>
    {
        context.Response.StatusCode = 204;
        return Task.CompletedTask;
    };

    public Uri Url => new(_app.Urls.Single());

    public IReadOnlyList<string> Ids => [.. Calls.Select(c => c.Headers.GetValueOrDefault("webhook-id", ""))];

    public static async Task<ReceivingServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var server = new ReceivingServer(app);
        app.Run(server.HandleAsync);
        await app.StartAsync();
        return server;
    }

    public void AnswerWith(int status) => Answer = (_, context) =>
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    };

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var call = new ReceivedCall(
            context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToDictionary(h => h.Key.ToLowerInvariant(), h => h.Value.ToString()), await reader.ReadToEndAsync());
        Calls.Enqueue(call);
        await Answer(call, context);
    }
}
