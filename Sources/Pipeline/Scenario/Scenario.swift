package import Augmentation
import Quantities

/// A complete description of a run, as a value.
package struct Scenario: Hashable, Sendable {
  /// The preset's or the file's name.
  package var name: String
  /// The pictures.
  package var dataset: DatasetReference
  /// The form of the pictures if the dataset is a folder.
  package var folder = FolderForm()
  /// Pictures in a batch, within `batchSizes`.
  package var batchSize = 32
  /// Pictures an epoch; nil means the dataset's size.
  package var samplesPerEpoch: Int?
  /// The seed of the flow, as Keras's `flow(seed:)`.
  package var seed: UInt32 = 1
  /// The generator's settings, under Keras's names.
  package var settings = AugmentationSettings()
  /// The stages that are on.
  package var stages = StageSet.all
  /// The rules by which workers and consumer meet.
  package var loader = Loader.kerasThreads
  /// Workers that make batches, within the loader's `workerCounts`.
  package var workers = 1
  /// Batches held before producers wait; Keras 1.1.0's `max_q_size`.
  package var queueLimit = 10
  /// Batches each worker is given ahead (`torch`); PyTorch's `prefetch_factor`.
  package var prefetch = 2
  /// Whether workers stay from one epoch to the next (`torch`), PyTorch's `persistent_workers`; nil where nobody has
  /// chosen, and then they don't.
  package var keepsWorkers: Bool?
  /// A worker's wait for each picture that it loads, without burning and without the lock; nil for none.
  package var loadWait: StepTime?
  /// The standard deviation of the time of a picture's stages, relative to the mean; nil where all take the same.
  package var spread: Double?
  /// Pauses of an epoch, besides its training steps.
  package var phases = EpochPhases()
  /// The simulated GPU.
  package var consumer = Consumer()
  /// The cost of each stage.
  package var costs = CostSource.native
  /// One interpreter lock for all Python work, as CPython has it.
  package var interpreterLock = false
  /// Processors that emulated work may use; nil means all of this machine's.
  package var cores: Int?
  /// The governor that changes the processors' clock; nil where the clock is constant.
  package var governor: Governor?

  /// A scenario of Keras's defaults.
  package init(name: String, dataset: DatasetReference = .synthetic) {
    self.name = name
    self.dataset = dataset
  }

  /// Of the fields that differ among the scenarios of a session: all would take longer to hash than to compare.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(stages)
    hasher.combine(loader)
    hasher.combine(workers)
    hasher.combine(queueLimit)
    hasher.combine(prefetch)
    hasher.combine(batchSize)
    hasher.combine(consumer.compute.mean)
    hasher.combine(consumer.host)
    hasher.combine(interpreterLock)
  }

  /// Whether Python work and host work wait for one another.
  package var hasSharedLock: Bool { interpreterLock && loader.sharesInterpreter }

  /// Threads that may burn CPU at the same time: the workers, and the consumer where a step has work
  /// for a processor.
  package var burningThreads: Int {
    guard !makesInLoop else { return 1 }
    let reads = loader.readsInLoop && costs != .native
    return workers + (consumer.host > .zero || reads ? 1 : 0)
  }

  /// Whether the training loop makes each batch itself.
  package var makesInLoop: Bool { loader.makesInLoop(workers: workers) }

  /// The most batches that may be under way by the loader's rules, while the loop waits for one or not.
  package func ahead(isWanted: Bool) -> Int {
    loader.ahead(workers: workers, limit: queueLimit, prefetch: prefetch, isWanted: isWanted)
  }

  /// Threads that make batches at the same time on a machine.
  ///
  /// - Parameter machineCores: Where the scenario doesn't set the number of cores.
  package func makers(machineCores: Int) -> Int {
    loader.makers(workers: workers, cores: cores ?? machineCores)
  }

  /// Whether it describes somebody's own job, which augtop watches and doesn't run.
  package var isJob: Bool { if case .job = dataset { true } else { false } }

  /// The most batches on their way that the loader's rules wait for: its limit, as the user sees it.
  package var queueRoom: Int {
    makesInLoop ? 1 : loader == .torch ? prefetch * workers : queueLimit
  }

  /// The deepest that the queue gets under the loader's rules.
  package var deepestQueue: Int {
    loader.deepest(limit: queueLimit, workers: workers, prefetch: prefetch)
  }

  /// Batches an epoch of `samples` pictures takes; the last may be short.
  package func batchesPerEpoch(samples: Int) -> Int { (samples + batchSize - 1) / batchSize }

  /// The same where an epoch is more than one pass over the data: each may end with a short batch.
  package func batchesPerEpoch(samples: Int, of count: Int) -> Int {
    let (passes, rest) = samples.quotientAndRemainder(dividingBy: count)
    return passes * batchesPerEpoch(samples: count) + batchesPerEpoch(samples: rest)
  }
}

/// A dataset by name and path.
package enum DatasetReference: Hashable, Sendable, CustomStringConvertible {
  /// Generated pictures; no file is read.
  case synthetic
  /// CIFAR-10's binary version.
  case cifar10(path: String)
  /// CIFAR-100's binary version.
  case cifar100(path: String)
  /// A NumPy array: `FILE.npy`, `FILE.npz` with one array, or `FILE.npz:NAME`.
  case npy(path: String)
  /// Pictures in a folder, or in one folder for each class.
  case folder(path: String)
  /// The dataset of a watched job, by the name of its class; only that job can read it.
  case job(dataset: String)

  /// How they are written, for help and faults.
  package static let forms = "synthetic, cifar10:PATH, cifar100:PATH, npy:PATH or folder:PATH"

  /// The reference in one of the `forms`.
  package var description: String {
    switch self {
    case .synthetic: "synthetic"
    case .cifar10(let path): "cifar10:\(path)"
    case .cifar100(let path): "cifar100:\(path)"
    case .npy(let path): "npy:\(path)"
    case .folder(let path): "folder:\(path)"
    case .job(let dataset): "job:\(dataset)"
    }
  }

  /// Reads one of the `forms`; nil for any other text.
  package init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let path = parts.count == 2 ? String(parts[1]) : ""
    switch (parts.first.map(String.init), path.isEmpty) {
    case ("synthetic", true) where parts.count == 1: self = .synthetic
    case ("cifar10", false): self = .cifar10(path: path)
    case ("cifar100", false): self = .cifar100(path: path)
    case ("npy", false): self = .npy(path: path)
    case ("folder", false): self = .folder(path: path)
    case ("job", _) where parts.count == 2: self = .job(dataset: path)
    default: return nil
    }
  }
}

/// The form that pictures of a folder are brought to: Keras's `target_size` and `color_mode`.
package struct FolderForm: Hashable, Sendable {
  /// Rows and columns; nil means the pictures' own if they agree, else Keras's 256×256.
  package var targetSize: TargetSize?
  /// One channel instead of red, green, blue.
  package var isGrayscale = false
  /// Whether pictures are turned as their EXIF orientation says, which Keras ignores.
  package var isUpright = false
  /// A random part of each picture, anew at each reading, brought to `targetSize`; nil takes pictures
  /// whole.
  package var crop: RandomResizedCrop?
  /// The treatment of a picture that can't be read. A trainer's loader goes on, and so does a session.
  package var badPictures = BadPictures.skip
  /// Whether folders within the class folders are searched for pictures, too.
  package var isRecursive = false

  /// Colour pictures at their own size, uncropped.
  package init() {}

  /// `HEIGHTxWIDTH`.
  package struct TargetSize: Hashable, Sendable, CustomStringConvertible {
    /// Rows.
    package let height: Int
    /// Columns.
    package let width: Int

    /// The sides that a picture can get.
    package static let sides = 1...16_384

    /// `HEIGHTxWIDTH`.
    package var description: String { "\(height)x\(width)" }

    /// A square; nil where it isn't a number within `sides`.
    package init?(side text: String) {
      self.init(text.allSatisfy(\.isNumber) ? "\(text)x\(text)" : text)
    }

    /// nil where it isn't two numbers within `sides`; a comma or × will do for the x.
    package init?(_ text: String) {
      let halves = text.split(omittingEmptySubsequences: false) { "x×,".contains($0) }
      guard halves.count == 2, let height = Int(halves[0]), let width = Int(halves[1]),
        Self.sides.contains(height), Self.sides.contains(width)
      else { return nil }
      self.height = height
      self.width = width
    }
  }
}

/// The simulated GPU: the parts of a training step and their times.
package struct Consumer: Hashable, Sendable {
  /// The part that only waits: the kernels on the device.
  package var compute = StepTime.constant(.microseconds(3400))
  /// Feeding and launching: burns CPU and, under an interpreter lock, holds it.
  package var host = Duration.zero
  /// Copying the batch to the device; only waits.
  package var transfer = Duration.zero
  /// GPUs that this machine feeds, within `Scenario.gpuCounts`: a step takes a batch for each and waits for
  /// the last.
  package var gpus = 1
  /// Steps whose gradients are added up before one update, within `Scenario.accumulations`.
  package var accumulate = 1
  /// Exchanging gradients between GPUs, after each update's last step.
  package var allReduce = Duration.zero
  /// Whether the transfer of a batch overlaps the compute time of the one before, as from pinned memory
  /// without blocking.
  package var isPinned = false
  /// Where `compute` was published; nil where it is the user's own.
  package var published: PublishedGPU?

  /// A step of 3.4 ms on the device, without host work or transfer.
  package init() {}

  /// The mean time a batch of steps that wait neither for a batch nor for the lock.
  package var meanStep: Duration {
    .seconds(
      rounding: (wholeStep.seconds + allReduce.seconds / Double(accumulate)) / Double(gpus))
  }

  /// The mean time of a step of all GPUs that waits for nothing, all-reduce left out.
  ///
  /// - Complexity: As `StepTime.mean(slowestOf:)`.
  package var wholeStep: Duration {
    let compute = compute.mean(slowestOf: gpus)
    return host + (isPinned ? max(transfer, compute) : transfer + compute)
  }
}
