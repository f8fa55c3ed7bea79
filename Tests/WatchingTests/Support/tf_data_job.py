"""A plain loop over tf.data: a pipeline that is made anew in each of two epochs, a tf.function that trains, validation."""
import numpy as np
import tensorflow as tf

x = np.random.rand(64, 8, 8, 3).astype(np.float32)
w = tf.Variable(tf.zeros((192, 1)))
validation = tf.data.Dataset.from_tensor_slices(x[:16]).batch(8)


@tf.function
def train(pictures):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(tf.matmul(tf.reshape(pictures, (8, 192)), w) - 1))
    w.assign_sub(0.01 * tape.gradient(loss, w))


for epoch in range(2):
    for pictures in tf.data.Dataset.from_tensor_slices(x).map(lambda y: y * 2, num_parallel_calls=2).batch(8).prefetch(2):
        train(pictures)
    for pictures in validation:
        tf.matmul(tf.reshape(pictures, (8, 192)), w)
