/// The probe's Python files, which are part of the program.
package enum ProbeFiles {
  /// Their paths below the probe's folder, and their text.
  package static let all: [(path: String, text: [UInt8])] = [
    ("sitecustomize.py", PackageResources.sitecustomize_py),
    ("augtop_probe/__init__.py", PackageResources.__init___py),
    ("augtop_probe/hooks.py", PackageResources.hooks_py),
    ("augtop_probe/ring.py", PackageResources.ring_py),
    ("augtop_probe/control.py", PackageResources.control_py),
    ("augtop_probe/stages.py", PackageResources.stages_py),
    ("augtop_probe/transforms.py", PackageResources.transforms_py),
    ("augtop_probe/datasets.py", PackageResources.datasets_py),
    ("augtop_probe/torch_hooks.py", PackageResources.torch_hooks_py),
    ("augtop_probe/torch_steps.py", PackageResources.torch_steps_py),
    ("augtop_probe/keras_datasets.py", PackageResources.keras_datasets_py),
    ("augtop_probe/keras_hooks.py", PackageResources.keras_hooks_py),
    ("augtop_probe/tensorflow_hooks.py", PackageResources.tensorflow_hooks_py),
  ]
}
