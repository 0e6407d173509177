using System.Diagnostics;
using Engagement.Engine;
using Engagement.Engine.Api;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hosts.Tests.Api;

/// <summary>A stream over a real connection whose client has fallen behind when the host stops.</summary>
public sealed class EventStreamWriterTests
{
    private static readonly byte[] Large = [.. "\""u8, .. Enumerable.Repeat((byte)'x', 256 * 1024), .. "\""u8];

    [Fact]
    public async Task Stop_WhileAWriteIsUnderWay_TheClientHearsTheGoodbye()
    {
        await using var stream = await Stream.StartAsync();
        await stream.StopAsync(TimeSpan.FromMilliseconds(300));
        var text = await new StreamReader(await stream.Response.Content.ReadAsStreamAsync()).ReadToEndAsync();
        Assert.EndsWith("retry: 1000\nevent: closing\ndata: {}\n\n", text, StringComparison.Ordinal);
        await stream.Ended;
    }

    [Fact]
    public async Task Stop_WithAClientThatNeverReads_DoesNotWaitForIt()
    {
        await using var stream = await Stream.StartAsync();
        var clock = Stopwatch.StartNew();
        await stream.StopAsync(TimeSpan.Zero);
        await stream.Ended.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), $"{clock.Elapsed}");
    }

    /// <summary>More has been sent than the connection holds, so that a write waits for the client.</summary>
    private sealed class Stream(WebApplication app, HttpClient client, HttpResponseMessage response, CancellationTokenSource stop, Task ended) : IAsyncDisposable
    {
        public HttpResponseMessage Response => response;

        /// <summary>Completes when the server has done with the stream.</summary>
        public Task Ended => ended;

        public static async Task<Stream> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var app = builder.Build();
            var stop = new CancellationTokenSource();
            var ended = new TaskCompletionSource();
            app.MapGet("/", async (HttpContext context) =>
            {
                var stream = new EventStreamWriter(new EngineOptions(), TimeProvider.System);
                await EventStreamWriter.BeginAsync(context);
                for (var i = 0; i < 200; i++) Assert.True(stream.TrySend(null, "large", Large));
                try
                {
                    await stream.RunAsync(context, stop.Token);
                }
                finally
                {
                    ended.SetResult();
                }
            });
            await app.StartAsync();
            var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
            var response = await client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead);
            await Task.Delay(500);
            return new Stream(app, client, response, stop, ended.Task);
        }

        /// <summary>Returns so long after the stop.</summary>
        public async Task StopAsync(TimeSpan after)
        {
            await stop.CancelAsync();
            await Task.Delay(after);
        }

        public async ValueTask DisposeAsync()
        {
            response.Dispose();
            client.Dispose();
            await app.DisposeAsync();
            stop.Dispose();
        }
    }
}
