using System.Text;
using Engagement.Server.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Hosts.Tests.Server;

/// <summary>Metrics really leave by OTLP, under the name that the operator gave the instance.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Stop_WithAnEndpoint_SendsTheMetricsOfBothHosts()
    {
        var received = new StringBuilder();
        await using var collector = await ReceiverAsync(received);
        using var endpoint = new EnvironmentVariable(Telemetry.EndpointVariable, collector.Urls.Single());
        using var protocol = new EnvironmentVariable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        using var instance = new EnvironmentVariable("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=engine-of-this-test");
        using var data = new TemporaryFolder();

        await using (var server = await ServerComposer.ComposeAsync(new ServeOptions { Data = data.File("data"), Demo = true, Port = 0, Quiet = true }, default))
        {
            await server.StartAsync();
            Assert.True(await ServerRun.UntilReadyAsync(server, default));
            using var http = new HttpClient { BaseAddress = new Uri(ServerRun.AddressOf(server)) };
            using var rejected = await http.PostAsync("/v1/events", new StringContent("[]"));
            await server.StopAsync();
        }

        var sent = received.ToString();
        foreach (var name in new[] { "engagement.engine.partitions", "engagement.engine.rebuild.duration", "engagement.collector.problems", "http.server.request.duration", "engine-of-this-test" })
            Assert.Contains(name, sent, StringComparison.Ordinal);
    }

    private static async Task<WebApplication> ReceiverAsync(StringBuilder received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/v1/metrics", async (HttpRequest request) =>
        {
            using var body = new StreamReader(request.Body, Encoding.Latin1);
            var text = await body.ReadToEndAsync();
            lock (received) received.Append(text);
            return Results.Bytes([], "application/x-protobuf");
        });
        await app.StartAsync();
        return app;
    }

    private sealed class EnvironmentVariable : IDisposable
    {
        private readonly string _name;
        private readonly string? _before;

        public EnvironmentVariable(string name, string value)
        {
            (_name, _before) = (name, Environment.GetEnvironmentVariable(name));
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose() => Environment.SetEnvironmentVariable(_name, _before);
    }
}
