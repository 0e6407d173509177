using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Engagement.Server.Commands;

namespace Engagement.Server.Hosting;

/// <summary>Exports metrics by OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says whereto; otherwise nothing is gathered.</summary>
public static class Telemetry
{
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    public static void AddTelemetry(this IServiceCollection services)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable))) return;
        services.AddHostedService(_ => new TelemetryWorker());
    }

    private sealed class TelemetryWorker : IHostedService
    {
        private MeterProvider? _provider;

        public Task StartAsync(CancellationToken cancellationToken)
        {
            _provider = Sdk.CreateMeterProviderBuilder()
                // The environment last: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES name the instance as its operator does.
                .ConfigureResource(resource => resource.AddService("engagement", serviceVersion: VersionText.Program).AddEnvironmentVariableDetector())
                .AddMeter("Engagement.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddOtlpExporter()
                .Build();
            return Task.CompletedTask;
        }

        /// <summary>Sends what is left, for at most 2 s of the 10 s that stopping may take.</summary>
        public Task StopAsync(CancellationToken cancellationToken)
        {
            _provider?.Shutdown(2_000);
            _provider?.Dispose();
            return Task.CompletedTask;
        }
    }
}
