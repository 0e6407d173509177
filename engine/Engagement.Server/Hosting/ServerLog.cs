using Microsoft.Extensions.Logging.Console;

namespace Engagement.Server.Hosting;

/// <summary>Where the server's log goes: to standard error, one line each. Standard output belongs to <c>ready</c> and what to open.</summary>
internal static class ServerLog
{
    public static void Configure(ILoggingBuilder logging, bool quiet)
    {
        logging.ClearProviders();
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
            console.UseUtcTimestamp = true;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        logging.SetMinimumLevel(quiet ? LogLevel.Error : LogLevel.Information);
        logging.AddFilter("Microsoft", quiet ? LogLevel.Error : LogLevel.Warning);
    }
}
