using Engagement.Core.Sites;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Engagement.Engine.Sites;

/// <summary>How the site files stand, for readiness. Thread-safe.</summary>
public sealed class SiteFilesState(IReadOnlyList<SiteConfigError> initial)
{
    private IReadOnlyList<SiteConfigError> _errors = initial;

    /// <summary>What is wrong in any file as of the last look; sites with errors serve their last good file.</summary>
    public IReadOnlyList<SiteConfigError> Errors
    {
        get => Volatile.Read(ref _errors);
        internal set => Volatile.Write(ref _errors, value);
    }
}

/// <summary>
/// Looks at the site files every <see cref="SiteOptions.ReloadEvery"/> and swaps the catalogue whole when they changed. Files are looked at rather than
/// watched: mounted configuration changes by links and renames that file watchers miss.
/// </summary>
public sealed partial class SiteReloadWorker(
    SiteOptions options, SiteDirectoryReader reader, SiteCatalogSource source, SiteFilesState state, TimeProvider time, ILogger<SiteReloadWorker> log) : BackgroundService
{
    private string _fingerprint = reader.Fingerprint();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.ReloadEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }
    }

    private void Look()
    {
        try
        {
            var fingerprint = reader.Fingerprint();
            // A file with errors is read again each time: what it needs (a secret, an environment) may have come.
            if (fingerprint == _fingerprint && state.Errors.Count == 0) return;
            var changed = fingerprint != _fingerprint;
            _fingerprint = fingerprint;
            var reading = reader.Read();
            if (changed || reading.Errors.Count < state.Errors.Count)
            {
                source.Swap(reading.Catalog);
                LogSwapped(reading.Catalog.Generation, reading.Catalog.Sites.Length, reading.Errors.Count);
                foreach (var error in reading.Errors) LogInvalid(error.ToString());
            }
            state.Errors = reading.Errors;
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Site files read: generation {Generation}, {Sites} sites, {Errors} errors")]
    private partial void LogSwapped(int generation, int sites, int errors);

    [LoggerMessage(Level = LogLevel.Error, Message = "Site file not taken over, the last good one stays: {Error}")]
    private partial void LogInvalid(string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Site files could not be looked at; trying again")]
    private partial void LogFailed(Exception exception);
}
